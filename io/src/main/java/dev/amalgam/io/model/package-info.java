/** Models on disk made ready to run: config, weights and tokenizer. */
package dev.amalgam.io.model;
