/**
 * A section of a declarative Jenkinsfile: its words are those that Jenkins knows there, and each keeps
 * what it was given. What the syntax does not know where it stands is an error, before anything is run.
 */
class Section {
  static final Map<String, List<String>> WORDS = [
    pipeline: ['agent', 'options', 'parameters', 'environment', 'stages', 'post', 'triggers', 'tools'],
    stages: ['stage'],
    stage: ['agent', 'when', 'environment', 'steps', 'post', 'options', 'input', 'tools'],
    options: ['disableConcurrentBuilds', 'timeout', 'timestamps', 'buildDiscarder', 'retry'],
    parameters: ['choice', 'string', 'booleanParam', 'text', 'password'],
    agent: ['label', 'docker', 'node'],
    when: ['expression', 'changeRequest', 'branch', 'beforeInput', 'not', 'allOf', 'anyOf'],
    post: ['always', 'aborted', 'failure', 'success', 'unstable', 'changed', 'cleanup'],
  ]
  /** Those that hold sections of their own; what others hold is run later. */
  static final Set<String> NESTED = ['stages', 'stage', 'options', 'parameters', 'agent', 'when', 'post']

  final String kind
  final List<Map> found = []

  Section(String kind) { this.kind = kind }

  Object invokeMethod(String word, Object given) {
    List args = given as List
    if (!WORDS[kind].contains(word)) {
      throw new IllegalArgumentException("${kind}: there is no ${word} in it; it takes ${WORDS[kind].join(', ')}")
    }
    Object body = args && args.last() instanceof Closure ? args.last() : null
    if (body != null && NESTED.contains(word)) body = read(word, body as Closure)
    found << [word: word, args: args.findAll { !(it instanceof Closure) }, body: body]
    return null
  }

  /** The pipeline of a file. */
  static Section readFile(File file) {
    Section model = null
    Binding names = new Binding()
    names.setVariable('pipeline', { Closure body -> model = read('pipeline', body) })
    new GroovyShell(names).evaluate(file)
    if (model == null) throw new IllegalArgumentException('there is no pipeline in the file')
    return model
  }

  private static Section read(String kind, Closure body) {
    Section section = new Section(kind)
    body.delegate = section
    body.resolveStrategy = Closure.DELEGATE_ONLY
    body()
    if (kind == 'stage' && !section.found*.word.contains('steps')) {
      throw new IllegalArgumentException('stage: it has no steps')
    }
    return section
  }

  /** What a word of this section holds: a section of its own, or what is to be run. */
  Object body(String word) { found.find { it.word == word }?.body }
}
