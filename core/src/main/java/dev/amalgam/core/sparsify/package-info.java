/** What is kept of an expert's delta, and by what it is rescaled. */
package dev.amalgam.core.sparsify;
