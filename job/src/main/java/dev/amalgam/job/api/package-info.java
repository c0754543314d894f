/** What goes into jobs and comes out of them: settings and results. */
package dev.amalgam.job.api;
