package io.atoll.edge;

import io.atoll.config.ConfigError;
import io.atoll.config.ConfigReader;
import io.atoll.config.EdgeConfig;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** Puts another configuration in force while requests go on, or leaves everything as it was. */
final class Reloads {
  private final Generations generations;
  private final List<Worker> workers;
  private final Supplier<ConfigReader.Result> again;

  Reloads(Generations generations, List<Worker> workers, Supplier<ConfigReader.Result> again) {
    this.generations = generations;
    this.workers = workers;
    this.again = again;
  }

  /** Reads the file again. Blocks; one at a time. Says why not, or nothing when it is done. */
  synchronized List<String> reload() {
    return switch (again.get()) {
      case ConfigReader.Rejected rejected ->
          rejected.errors().stream().map(ConfigError::toString).toList();
      case ConfigReader.Loaded loaded -> putInForce(loaded.config());
    };
  }

  private List<String> putInForce(EdgeConfig next) {
    List<String> errors = generations.restartNeeded(next);
    if (errors.isEmpty()) {
      Generations.Generation generation;
      try {
        generation = generations.advance(next);
      } catch (IllegalArgumentException e) {
        return List.of(String.valueOf(e.getMessage()));
      }
      Future.all(
              workers.stream()
                  .map(worker -> worker.reload(generation.config(), generation.commons()))
                  .toList())
          .await();
      generations.settle();
    }
    return errors;
  }
}
