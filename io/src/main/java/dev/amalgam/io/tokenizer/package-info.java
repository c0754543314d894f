/**
 * Tokenizers as {@code tokenizer.json} describes them: text to token ids and back, exactly as
 * Hugging Face's {@code tokenizers} does it.
 */
package dev.amalgam.io.tokenizer;
