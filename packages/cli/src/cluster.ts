import { execFile } from "node:child_process";
import { chmod, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { FileError } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import { UsageError } from "./arguments.ts";
import { shellWord } from "./next-steps.ts";

/* Sweeps on a cluster: each task of a plan is one call of this program, which runs its share of the runs. */

/** A system that runs the tasks. */
export type System = "slurm" | "parallel" | "snakemake" | "nextflow";

/** What the tasks of a plan need. */
export interface Tasks {
  /** Absolute path of the folder of the sweep. */
  readonly folder: string;
  readonly tasks: number;
  /** Processors of a task: the number of its processes. */
  readonly cpus: number;
  /** Options for Slurm. */
  readonly partition?: string | undefined;
  readonly time?: string | undefined;
  readonly mem?: string | undefined;
}

/** The words that start this program again. */
const programWords = (): readonly string[] => [process.execPath, ...process.execArgv, process.argv[1]!];

const planOf = ({ folder }: Tasks): string => join(folder, "plan.jsonl");

/** The command of a task, whose number is a word of a shell or of another program. */
const taskCommand = (own: Tasks, task: string): string => {
  const words = [...programWords(), "sweep", "--plan", planOf(own)].map(shellWord);
  const share = `--task ${task} --tasks ${own.tasks} --parallel ${own.cpus}`;
  return `${words.join(" ")} ${share} --quiet`;
};

/** The script for `sbatch`: one array job, whose tasks may be preempted and start again. */
export const slurmScript = (own: Tasks): string => {
  const { folder, tasks, cpus, partition, time, mem } = own;
  const directives = [
    `--job-name=${basename(folder).replaceAll(/[^\w.-]/g, "_")}`,
    `--array=0-${tasks - 1}`,
    `--cpus-per-task=${cpus}`,
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(mem === undefined ? [] : [`--mem=${mem}`]),
    "--requeue",
    "--open-mode=append",
    `--output=${join(folder, "slurm", "task-%a.out").replaceAll(" ", "\\ ")}`,
  ];
  return [
    "#!/bin/sh",
    ...directives.map((directive) => `#SBATCH ${directive}`),
    "# A task that starts again skips the runs that have ended.",
    `exec ${taskCommand(own, '"$SLURM_ARRAY_TASK_ID"')}`,
    "",
  ].join("\n");
};

/** One command per line, for GNU parallel or xargs. */
const commandLines = (own: Tasks): string =>
  Array.from({ length: own.tasks }, (_, task) => `${taskCommand(own, `${task}`)}\n`).join("");

/** The command that writes the table. */
const gatherCommand = (own: Tasks): string =>
  [...programWords(), "sweep", "--plan", planOf(own), "--quiet"].map(shellWord).join(" ");

/** A script for Nextflow: a process for the tasks, and one for the table. Nextflow reserves the name `task`. */
const nextflowScript = (own: Tasks): string => {
  // Nextflow replaces variables in the text, and takes backslashes away.
  const text = (command: string): string => command.replaceAll(/[\\$]/g, "\\$&").replaceAll('"""', '\\"""');
  const [before, after] = taskCommand(own, "@").split(" --task @ ") as [string, string];
  return `// Run it with: nextflow run ${join(own.folder, "sweep.nf")}
process runTask {
    cpus ${own.cpus}
    errorStrategy 'retry'
    maxRetries 3

    input:
    val share

    output:
    val share

    script:
    """
    ${text(before)} --task \${share} ${text(after)}
    """
}

process writeTable {
    input:
    val shares

    script:
    """
    ${text(gatherCommand(own))}
    """
}

workflow {
    writeTable(runTask(channel.of(0..${own.tasks - 1})).collect())
}
`;
};

/** A Snakefile: a rule for the tasks, and one for the table. */
const snakefile = (own: Tasks): string => {
  const { folder, tasks, cpus } = own;
  const text = (path: string): string => JSON.stringify(path);
  const gather = gatherCommand(own);
  return `# Run it with: snakemake --snakefile ${join(folder, "Snakefile")} --cores all
TASKS = range(${tasks})

rule table:
    input: expand(${text(join(folder, "tasks", "{task}.done"))}, task=TASKS)
    output: ${text(join(folder, "complete"))}
    shell: ${text(`${gather} && touch {output:q}`)}

rule task:
    output: touch(${text(join(folder, "tasks", "{task}.done"))})
    threads: ${cpus}
    shell: ${text(taskCommand(own, "{wildcards.task}"))}
`;
};

/** The files of a system: the name of the file, and its text. */
export const filesFor = (system: System, own: Tasks): readonly [name: string, text: string] => {
  if (system === "slurm") return ["sweep.sbatch", slurmScript(own)];
  if (system === "nextflow") return ["sweep.nf", nextflowScript(own)];
  return system === "parallel" ? ["tasks.txt", commandLines(own)] : ["Snakefile", snakefile(own)];
};

/** Writes the file of a system next to the plan, and returns its path. */
export const writeTasks = async (system: System, own: Tasks): Promise<string> => {
  const [name, text] = filesFor(system, own);
  const path = join(own.folder, name);
  await mkdir(join(own.folder, system === "slurm" ? "slurm" : "tasks"), { recursive: true });
  await writeAtomic(path, text);
  if (system === "slurm") await chmod(path, 0o755);
  return path;
};

const call = async (program: string, args: readonly string[]): Promise<string> => {
  try {
    return (await promisify(execFile)(program, args)).stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === "ENOENT") {
      throw new FileError(
        `${program} does not exist here. Run the command on a computer with Slurm, or use --dry-run.`,
      );
    }
    throw new FileError(`${program} failed: ${stderr.trim() || message}. Correct the options, and run it again.`);
  }
};

/** Submits the script, and returns the number of the job. @throws FileError with the message of sbatch */
export const submit = async (script: string): Promise<string> => {
  const out = await call("sbatch", ["--parsable", script]);
  return out.trim().split(";")[0]!;
};

/** Time between two looks at the queue, ms. */
const LOOK = 2000;

/** Waits until a job has left the queue. Returns false if the signal is aborted first. */
export const follow = async (job: string, signal: AbortSignal, look: () => Promise<void>): Promise<boolean> => {
  for (;;) {
    await look();
    // A job that ended some time ago is unknown to squeue, which then fails.
    const left = await call("squeue", ["--noheader", "--jobs", job, "--format", "%i"]).catch((error: Error) => {
      if (/Invalid job id/i.test(error.message)) return "";
      throw error;
    });
    if (left.trim() === "") return true;
    if (signal.aborted) return false;
    await wait(LOOK, undefined, { signal }).catch(() => {});
    if (signal.aborted) return false;
  }
};

/** A whole number of at least `least` in an option. @throws UsageError */
export const wholeNumber = (name: string, text: string | undefined, least: number): number | undefined => {
  if (text === undefined) return undefined;
  const count = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isInteger(count) && count >= least) return count;
  throw new UsageError(`--${name} must be a whole number of at least ${least}; received "${text}". Write --${name} 4.`);
};
