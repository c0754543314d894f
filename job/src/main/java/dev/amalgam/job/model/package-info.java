/** The models of a run, found on disk and opened, with their tokenizers. */
package dev.amalgam.job.model;
