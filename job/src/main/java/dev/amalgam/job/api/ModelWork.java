package dev.amalgam.job.api;

/**
 * What models will run on before a merge can begin, as far as that can be known: a run that finds
 * evidence of an earlier one has less to do.
 *
 * @param forward tokens that run forward, judgements apart
 * @param backward tokens that run forward and back
 * @param judgements how many models run on all examples that judge
 * @param judgingTokens the tokens of these examples
 * @param operations floating point operations of products with weights
 * @param readBytes bytes of weights that are read, most of them again and again
 */
public record ModelWork(
    long forward,
    long backward,
    int judgements,
    long judgingTokens,
    double operations,
    double readBytes) {}
