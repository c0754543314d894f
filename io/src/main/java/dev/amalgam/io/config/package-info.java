/** The {@code config.json} of a model, and files of its kind. */
package dev.amalgam.io.config;
