/** Merges whose results a later merge of the same recipe starts from. */
package dev.amalgam.job.stage;
