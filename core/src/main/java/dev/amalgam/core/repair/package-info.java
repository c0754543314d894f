/**
 * Repairs a merged model: asks at the merged model what each expert's delta lacks there, and moves
 * coefficients of its rows and columns by the answer.
 */
package dev.amalgam.core.repair;
