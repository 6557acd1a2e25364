package org.genlab.cli.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.genlab.runtime.config.Nearest;
import org.genlab.store.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of GenLab. */
@Command(
    name = "genlab",
    description = "A laboratory for research on why and when neural networks generalise.",
    subcommands = CommandLine.HelpCommand.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'genlab help COMMAND' tells more about one of them."})
final class Genlab implements Callable<Integer> {
  /** Everything went well, and every claim is TRUE. */
  static final int OK = 0;

  /** A claim is not TRUE, or something failed that is not the user's mistake. */
  static final int FAILED = 1;

  /** The user can put it right. */
  static final int USAGE = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Spec private CommandSpec spec;

  private Genlab() {}

  /**
   * Carries out a command.
   *
   * @return the exit code of the process
   */
  static int run(Lab lab, Terminal terminal, String... arguments) {
    CommandLine commandLine = new CommandLine(new Genlab());
    commandLine.addSubcommand(new ReproduceCommand(lab, terminal));
    commandLine.addSubcommand(new RunCommand(lab, terminal));
    commandLine.addSubcommand(new ResumeCommand(lab, terminal));
    commandLine.addSubcommand(new RerunCommand(lab, terminal));
    commandLine.addSubcommand(new ServeCommand(lab, terminal));
    commandLine.addSubcommand(new SubmitCommand(terminal));
    commandLine.addSubcommand(new QueueCommand(terminal));
    commandLine.addSubcommand(new WatchCommand(terminal));
    commandLine.addSubcommand(new StopCommand(terminal));
    commandLine.addSubcommand(new SwapCommand(terminal));
    commandLine.addSubcommand(new WorkerCommand(lab, terminal));
    commandLine.addSubcommand(new ReportCommand(terminal));
    commandLine.addSubcommand(new ExportCommand(terminal));
    commandLine.addSubcommand(new RunsCommand(terminal));
    commandLine.addSubcommand(new PluginsCommand(lab, terminal));
    commandLine.addSubcommand(new PapersCommand(lab, terminal));
    commandLine.addSubcommand(new ResultsCommand(lab, terminal));
    commandLine.addSubcommand(PluginCommand.with(lab, terminal));
    commandLine.addSubcommand(new DoctorCommand(lab, terminal));
    commandLine.addSubcommand(new TckCommand(terminal));
    commandLine.addSubcommand(new ComputeCommand(terminal));
    nameExamples(commandLine);
    IVersionProvider version =
        () ->
            new String[] {
              "genlab " + lab.version() + " (Java " + System.getProperty("java.version") + ")"
            };
    commandLine.getCommandSpec().versionProvider(version);
    commandLine.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commandLine.setColorScheme(
        CommandLine.Help.defaultColorScheme(terminal.colourOut() ? Help.Ansi.ON : Help.Ansi.OFF));
    commandLine.setUsageHelpAutoWidth(false);
    commandLine.setUsageHelpWidth(100);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(
        (problem, given) -> {
          terminal.err().println("genlab: " + sentence(problem));
          return USAGE;
        });
    commandLine.setExecutionExceptionHandler(
        (problem, command, parsed) -> report(problem, terminal));
    return commandLine.execute(arguments);
  }

  private static void nameExamples(CommandLine commandLine) {
    for (CommandLine command : commandLine.getSubcommands().values()) {
      if (command.getCommandSpec().usageMessage().footer().length > 0) {
        command.getCommandSpec().usageMessage().footerHeading("%nExample:%n  ");
      }
      nameExamples(command);
    }
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return OK;
  }

  private static int report(Exception problem, Terminal terminal) {
    if (problem instanceof UserError) {
      terminal.err().println("genlab: " + problem.getMessage());
      return USAGE;
    }
    Throwable cause = problem instanceof RunFailure ? problem.getCause() : problem;
    Path log = problem instanceof RunFailure failure ? failure.log() : null;
    terminal
        .err()
        .println(
            "genlab: "
                + (problem instanceof RunFailure
                    ? problem.getMessage()
                    : "internal error: " + cause)
                + "; "
                + keep(cause, log));
    return FAILED;
  }

  /** Writes a stack trace where it can be found, and says where. */
  private static String keep(Throwable problem, Path log) {
    StringWriter trace = new StringWriter();
    problem.printStackTrace(new PrintWriter(trace));
    try {
      Path file = log == null ? Files.createTempFile("genlab-error-", ".log") : log;
      Files.writeString(
          file, trace.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return "the stack trace is in " + file + ".";
    } catch (IOException e) {
      return "its stack trace could not be written (" + e + "):\n" + trace;
    }
  }

  /** One sentence on a command line that is wrong, with what was probably meant. */
  private static String sentence(ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    if (problem instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().get(0);
      if (word.startsWith("-")) {
        return name + " has no option '" + word + "'" + end(word, optionNames(command), name);
      }
      if (command.getCommandSpec().parent() == null) {
        List<String> commands = new ArrayList<>(command.getSubcommands().keySet());
        return "there is no command '" + word + "'" + end(word, commands, "genlab");
      }
      if (!command.getSubcommands().isEmpty()) {
        List<String> commands = new ArrayList<>(command.getSubcommands().keySet());
        return name + " has no command '" + word + "'" + end(word, commands, name);
      }
      return name
          + " has no use for '"
          + word
          + "'; 'genlab help "
          + command.getCommandName()
          + "'"
          + " shows what it takes.";
    }
    if (problem instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      return name
          + " needs "
          + missing.getMissing().get(0).paramLabel()
          + ", as in '"
          + example(command)
          + "'.";
    }
    return name + ": " + problem.getMessage() + ".";
  }

  private static String example(CommandLine command) {
    String[] footer = command.getCommandSpec().usageMessage().footer();
    return footer.length == 0 ? command.getCommandSpec().qualifiedName() : footer[0].strip();
  }

  private static List<String> optionNames(CommandLine command) {
    List<String> names = new ArrayList<>();
    command.getCommandSpec().options().forEach(o -> names.addAll(List.of(o.names())));
    return names;
  }

  private static String end(String word, List<String> candidates, String name) {
    String hint = Nearest.hint(word, candidates);
    return hint.isEmpty()
        ? "; '"
            + (name.equals("genlab") ? "genlab help" : name + " --help")
            + "' shows what there is."
        : hint;
  }
}
