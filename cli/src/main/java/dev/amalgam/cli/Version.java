package dev.amalgam.cli;

import dev.amalgam.job.api.AmalgamVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {line()};
  }

  static String line() {
    return "amalgam " + AmalgamVersion.get();
  }
}
