import { FileError } from "spark-snn";
import type { WrittenGroup } from "../hdf5/write.ts";
import type { NwbSubject, NwbWriteOptions } from "./results.ts";
import type { Mark } from "./write-series.ts";

/*
 * Who made the data, and of which subject. The forms of names, species, ages and sexes are those that nwbinspector and the
 * archive DANDI accept, so that a file is refused here and not at its upload.
 */

/**
 * The subject of a simulation without an animal. NWB has no value for that, so each field says the least: the taxon of
 * artificial constructs, an age without an upper bound, and an unknown sex.
 */
const simulated: Required<NwbSubject> = {
  id: "simulation",
  species: "http://purl.obolibrary.org/obo/NCBITaxon_32630",
  age: "P0D/",
  sex: "U",
  description: "No animal: a simulation computed the data.",
};

const keywords: readonly string[] = ["simulation", "spiking neural network"];

/** What every file has that names none. */
export const defaultDescriptions = {
  session: "Simulation with spark-snn.",
  experiment: "Simulation of spiking neurons.",
};

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/;
const PERSON = /^[\p{L}\p{M}\p{N}_\s\-.']+,\s+[\p{L}\p{M}\p{N}_\s\-.']+$/u;
const SPECIES = /^([A-Z][a-z]* [a-z]+|http:\/\/purl\.obolibrary\.org\/obo\/NCBITaxon_\d+)$/;
const parts = (letters: string): string => letters.replace(/./g, "(?:(\\d+(?:\\.\\d+)?)$&)?");
const DURATION = new RegExp(`^P(?!$)${parts("YMWD")}(?:T(?=\\d)${parts("HMS")})?$`);
/** Days of the parts of a duration, from years to seconds. */
const DAYS = [365.25, 365.25 / 12, 7, 1, 1 / 24, 1 / 1440, 1 / 86_400];
/** A species with sexes of its own. */
const NEMATODE = "Caenorhabditis elegans";

const requireForm = (isRight: boolean, what: string, form: string, value: string): void => {
  if (!isRight) throw new FileError(`${what} must be ${form}; received "${value}".`);
};

const requireText = (what: string, value: string | undefined): void => {
  if (value?.trim() === "") throw new FileError(`${what} is empty. Write a text, or leave it out.`);
};

const requireDate = (what: string, value: string): void =>
  requireForm(
    DATE.test(value) && !Number.isNaN(Date.parse(value)),
    what,
    "a date and time with a time zone, such as 2026-03-01T12:00:00Z",
    value,
  );

/** Days of a duration of ISO 8601; NaN for other texts. */
const daysOf = (duration: string): number => {
  const found = DURATION.exec(duration)?.slice(1);
  return found ? found.reduce((sum, part, k) => sum + Number(part ?? 0) * DAYS[k]!, 0) : Number.NaN;
};

const isAge = (age: string): boolean => {
  const [from = "", to, ...others] = age.split("/");
  if (to === undefined) return daysOf(from) >= 0;
  const [least, most] = [from === "" ? 0 : daysOf(from), to === "" ? Number.POSITIVE_INFINITY : daysOf(to)];
  return others.length === 0 && least < most;
};

const requireSubject = ({ id, species, age, sex, description }: Required<NwbSubject>): void => {
  requireText("The description of the subject", description);
  requireForm(/^[^/\\]*[^/\\\s][^/\\]*$/.test(id), "The id of the subject", "a text without slashes", id);
  requireForm(
    SPECIES.test(species),
    "The species of the subject",
    "a Latin name such as Mus musculus, or a link such as http://purl.obolibrary.org/obo/NCBITaxon_10090",
    species,
  );
  requireForm(
    isAge(age),
    "The age of the subject",
    "a duration of ISO 8601 such as P90D for 90 days, or a range such as P60D/P90D or P60D/",
    age,
  );
  const sexes = species === NEMATODE ? ["XO", "XX"] : ["M", "F", "O", "U"];
  requireForm(sexes.includes(sex), `The sex of a subject of the species ${species}`, sexes.join(" or "), sex);
};

/** The subject of a file, with the values of a simulation where none are given. */
const subjectOf = (given: NwbSubject = {}): Required<NwbSubject> => ({ ...simulated, ...given });

/** @throws FileError for a value in another form than NWB and its archives accept */
export const requireMetadata = (options: NwbWriteOptions): void => {
  requireDate("The start of the session", options.sessionStart);
  if (options.created !== undefined) requireDate("The creation of the file", options.created);
  requireText("The description of the session", options.description);
  requireText("The description of the experiment", options.experimentDescription);
  requireText("The identifier", options.identifier);
  requireText("The institution", options.institution);
  requireText("The lab", options.lab);
  for (const word of options.keywords ?? []) requireText("A keyword", word);
  for (const person of options.experimenter ?? []) {
    requireForm(PERSON.test(person), "An experimenter", 'a name in the form "Last, First"', person);
  }
  requireSubject(subjectOf(options.subject));
};

/** Writes the group `general`. */
export const writeGeneral = async (root: WrittenGroup, options: NwbWriteOptions, mark: Mark): Promise<void> => {
  const { experimenter = [], institution, lab, software = [], source } = options;
  const general = root.group("general");
  general.dataset("experiment_description", options.experimentDescription ?? defaultDescriptions.experiment);
  const words = options.keywords ?? keywords;
  if (words.length > 0) general.dataset("keywords", words);
  if (experimenter.length > 0) general.dataset("experimenter", experimenter);
  if (institution !== undefined) general.dataset("institution", institution);
  if (lab !== undefined) general.dataset("lab", lab);
  if (software.length > 0) general.dataset("was_generated_by", software.flat(), { shape: [software.length, 2] });
  if (source) general.dataset("source_script", source.text).attribute("file_name", source.name);
  const { id, ...others } = subjectOf(options.subject);
  const subject = general.group("subject");
  await mark(subject, "Subject");
  subject.dataset("subject_id", id);
  for (const [name, text] of Object.entries(others)) subject.dataset(name, text);
};
