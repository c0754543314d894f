/** Reports about importance scores: the numbers, and the page that shows them. */
package dev.amalgam.job.report;
