package dev.amalgam.job.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
public final class AmalgamVersion {

  private AmalgamVersion() {}

  /** Returns the version, as in {@code 1.2.0}. */
  public static String get() {
    try (var in = AmalgamVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
