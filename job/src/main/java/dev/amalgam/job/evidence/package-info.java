/** What models and examples tell a merge method: gathered, kept beside the output, found again. */
package dev.amalgam.job.evidence;
