/** Models whose tokens are numbered anew: the rows of their embeddings in another order. */
package dev.amalgam.core.vocabulary;
