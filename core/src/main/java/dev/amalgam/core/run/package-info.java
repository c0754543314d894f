/**
 * Carries out plans: fixed blocks, worker threads with their own memory, results that depend on
 * neither.
 */
package dev.amalgam.core.run;
