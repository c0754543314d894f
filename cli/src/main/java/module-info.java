/** The command line of Amalgam. */
module dev.amalgam.cli {
  requires dev.amalgam.job;
  requires info.picocli;
  requires java.management;
  requires me.tongfei.progressbar;

  opens dev.amalgam.cli to
      info.picocli;
}
