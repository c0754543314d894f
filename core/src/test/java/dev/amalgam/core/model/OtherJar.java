package dev.amalgam.core.model;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Families as another jar brings them to the class path: a folder with their classes and the file
 * that names them, and the loader that the current thread has for it until this is closed.
 */
final class OtherJar implements AutoCloseable {

  private static final String PACKAGE = "dev.amalgam.core.outside.";

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final Loader loader;

  /** Loads the classes of one package anew, so that they are in no module. */
  private static final class Loader extends URLClassLoader {
    Loader(URL folder) {
      super(new URL[] {folder}, OtherJar.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        boolean own = name.startsWith(PACKAGE) && findLoadedClass(name) == null;
        return own ? findClass(name) : super.loadClass(name, resolve);
      }
    }
  }

  /**
   * Makes the folder and its loader.
   *
   * @param families simple names of classes of the package; those that there are not are named all
   *     the same
   */
  OtherJar(Path folder, String... families) throws IOException {
    StringBuilder names = new StringBuilder();
    Path classes = Files.createDirectories(folder.resolve(PACKAGE.replace('.', '/')));
    for (String family : families) {
      names.append(PACKAGE).append(family).append('\n');
      String file = "/" + PACKAGE.replace('.', '/') + family + ".class";
      try (InputStream bytes = OtherJar.class.getResourceAsStream(file)) {
        if (bytes != null) {
          Files.copy(bytes, classes.resolve(family + ".class"));
        }
      }
    }
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(ModelFamily.class.getName()), names);
    loader = new Loader(folder.toUri().toURL());
    Thread.currentThread().setContextClassLoader(loader);
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
  }
}
