package dev.amalgam.bench.study;

/**
 * What a contender reached in one task, on test examples.
 *
 * @param experiment what was asked
 * @param chosen the trial that validation examples chose
 * @param shuffle which order few-shot examples had
 * @param task the task
 * @param value the family's measure
 */
record Result(Experiment experiment, Trial chosen, int shuffle, String task, double value) {}
