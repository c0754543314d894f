/**
 * From importance to what is kept of each expert's delta, and with what weight (a reconstruction of
 * the calibration of Activated Parameter Locating, arXiv 2408.09485; see {@code docs/apl.md}).
 */
package dev.amalgam.core.calibration;
