package org.genlab.datasets.knowledge;

/**
 * A fact as it is asked: what is given, and the answer.
 *
 * @param hops 1 for an atomic fact, 2 for one that follows from two of them
 * @param question tokens of the question, without padding
 * @param answer token of the answer
 * @param bridge token of what links the two facts, -1 where nothing does
 * @param contrast a question that differs in one token, the first thing asked about, and has
 *     another answer; the question itself where there is none
 * @param contrastAnswer the answer to it
 */
record Fact(int hops, int[] question, int answer, int bridge, int[] contrast, int contrastAnswer) {}
