import groovy.json.JsonSlurper

/*
 * Runs a declarative Jenkinsfile as one build does, or only reads it: groovy run.groovy BUILD.json, which
 * holds file, isCheck, workspace, environment, parameters, credentials (a text, or user and password)
 * and answer ("yes" or "no", to all questions).
 */
Map given = new JsonSlurper().parse(new File(args[0])) as Map
boolean isUnstable = false
try {
  Section pipeline = Section.readFile(new File(given.file as String))
  if (!given.isCheck) {
    Build build = new Build(given)
    build.run(pipeline)
    isUnstable = build.isUnstable
  }
} catch (Aborted ignored) {
  println 'Finished: ABORTED'
  System.exit(2)
} catch (Exception error) {
  println "ERROR: ${error.message}"
  println 'Finished: FAILURE'
  System.exit(1)
}
println "Finished: ${isUnstable ? 'UNSTABLE' : 'SUCCESS'}"
