/** Somebody has answered no. */
class Aborted extends Exception { }

/**
 * One build of a Jenkinsfile. Its order is that of Jenkins' own interpreter of the declarative syntax: the
 * pipeline's environment; then of each stage `when`, environment, steps and post; none after a failure.
 */
class Build {
  /** Workspace, environment, parameters, credentials, and the answer to questions: see run.groovy. */
  final Map given
  Map<String, String> env = [:]
  /** Ended well, with a warning. */
  boolean isUnstable = false
  private final List<String> secrets = []

  Build(Map given) {
    this.given = given
    env.putAll(given.environment as Map)
    env.putAll(given.parameters as Map)
  }

  void run(Section pipeline) {
    withEnvironment(pipeline) {
      ending(pipeline) {
        (pipeline.body('stages') as Section).found.each { runStage(it.args[0] as String, it.body as Section) }
      }
    }
  }

  /** To the log, where no secret is to be read. */
  void say(String text) { println(secrets.inject(text) { said, secret -> said.replace(secret, '****') }) }

  Object credential(String id) {
    Object secret = (given.credentials as Map)[id]
    if (secret == null) throw new IllegalArgumentException("Could not find credentials entry with ID '${id}'")
    secrets << ((secret instanceof Map ? secret.password : secret) as String)
    return secret
  }

  Object perform(Closure steps) {
    steps.delegate = new Steps(this)
    steps.resolveStrategy = Closure.DELEGATE_FIRST
    return steps()
  }

  private void runStage(String name, Section stage) {
    if (!happens(stage.body('when') as Section)) {
      say("Stage \"${name}\" skipped due to when conditional")
      return
    }
    say("[Pipeline] { (${name})")
    withEnvironment(stage) { ending(stage) { perform(stage.body('steps') as Closure) } }
  }

  private boolean happens(Section when) {
    return when == null || when.found.every {
      if (it.word == 'changeRequest') return env.CHANGE_ID != null
      if (it.word == 'expression') return perform(it.body as Closure)
      throw new IllegalArgumentException("when: this runner does not know ${it.word}")
    }
  }

  private void ending(Section section, Closure work) {
    String result = 'success'
    try {
      work()
    } catch (Exception error) {
      result = error instanceof Aborted ? 'aborted' : 'failure'
      throw error
    } finally {
      Section post = section.body('post') as Section
      ['always', result, 'cleanup'].each { runPost(it, post?.body(it) as Closure) }
    }
  }

  /** A failure of what ends a stage fails the build. */
  private void runPost(String condition, Closure steps) {
    if (steps == null) return
    try {
      perform(steps)
    } catch (Exception error) {
      say("Error when executing ${condition} post condition: ${error.message}")
      throw error
    }
  }

  private void withEnvironment(Section section, Closure work) {
    Map before = new LinkedHashMap(env)
    Closure variables = section.body('environment') as Closure
    if (variables != null) {
      variables.delegate = new Variables(this)
      variables.resolveStrategy = Closure.DELEGATE_FIRST
      variables()
    }
    try {
      work()
    } finally {
      env = before
    }
  }
}
