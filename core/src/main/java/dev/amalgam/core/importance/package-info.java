/**
 * How much each part of an expert's delta matters for a few examples: exact causal interventions,
 * and their gradient approximation (Activated Parameter Locating, arXiv 2408.09485; the calibration
 * is a reconstruction, see {@code docs/apl.md}).
 */
package dev.amalgam.core.importance;
