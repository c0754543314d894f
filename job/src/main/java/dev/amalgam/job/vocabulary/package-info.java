/** Models whose tokens are numbered anew, as a recipe says. */
package dev.amalgam.job.vocabulary;
