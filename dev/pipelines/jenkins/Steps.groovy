/** The steps that our Jenkinsfile uses; another one is an error. */
class Steps {
  private final Build build

  Steps(Build build) { this.build = build }

  Map getEnv() { build.env }

  Map getParams() { build.given.parameters as Map }

  boolean fileExists(String path) { new File(build.given.workspace as String, path).exists() }

  void unstable(String why) {
    build.say("WARNING: ${why}")
    build.isUnstable = true
  }

  /** Nobody lets it come to that here. */
  void timeout(Map limit, Closure body) { build.perform(body) }

  void input(Map question) {
    build.say(question.message as String)
    build.say("${question.ok ?: 'Proceed'} or Abort")
    if (build.given.answer != 'yes') throw new Aborted()
  }

  /** As an agent does: the text becomes a file for `sh -xe`. */
  void sh(String text) {
    File script = File.createTempFile('script', '.sh')
    script.text = text
    try {
      int code = run(['sh', '-xe', script.path])
      if (code != 0) throw new IllegalStateException("script returned exit code ${code}")
    } finally {
      script.delete()
    }
  }

  private int run(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true)
    builder.directory(new File(build.given.workspace as String))
    builder.environment().putAll(build.env.collectEntries { name, value -> [name, value as String] })
    Process process = builder.start()
    process.outputStream.close()
    process.inputStream.eachLine { build.say(it) }
    return process.waitFor()
  }
}
