import groovy.transform.Field

/*
 * Reads a declarative Jenkinsfile as Jenkins does before it runs anything: groovy read.groovy FILE.
 * What the declarative syntax does not know where it stands is an error.
 */

/** A section: its words are the names and arities that Jenkins knows there; each keeps what it was given. */
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

  static Section read(String kind, Closure body) {
    Section section = new Section(kind)
    body.delegate = section
    body.resolveStrategy = Closure.DELEGATE_ONLY
    body()
    if (kind == 'stage' && !section.found*.word.contains('steps')) {
      throw new IllegalArgumentException('stage: it has no steps')
    }
    return section
  }

  Object body(String word) { found.find { it.word == word }?.body }
}

@Field Section model = null

Binding names = new Binding()
names.setVariable('pipeline', { Closure body -> model = Section.read('pipeline', body) })
try {
  new GroovyShell(names).evaluate(new File(args[0]))
  if (model == null) throw new IllegalArgumentException('there is no pipeline in the file')
} catch (Exception error) {
  println "ERROR: ${error.message}"
  System.exit(1)
}
