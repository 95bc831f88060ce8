import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { groovyLibraries } from "../../tools/setup/pipelineTools.mjs";

const PROGRAM = fileURLToPath(new URL("jenkins/read.groovy", import.meta.url));

/** Reads a Jenkinsfile as Jenkins does before it runs anything; says what is not right in it. */
export async function readJenkinsfile(file: string): Promise<{ code: number; output: string }> {
  const words = ["-cp", await groovyLibraries(), "groovy.ui.GroovyMain", PROGRAM, file];
  const options = { all: true, reject: false, stdin: "ignore" } as const;
  const { exitCode, all } = await execa("java", words, options);
  return { code: exitCode ?? -1, output: all };
}
