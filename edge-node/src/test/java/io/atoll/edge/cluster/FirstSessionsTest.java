package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.Use;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FirstSessionsTest {
  private static Binding binding(int number) {
    Use use = new Use(number, number, 600, 0, 0);
    return Binding.first(new BackendAddress("http", "10.0.0.1", 80), use);
  }

  /** Members that each see a part, some of it twice, in any order. */
  @Property
  void ofAllMembersTogetherTheFirstAreFoundInOrder(
      @ForAll List<List<@IntRange(max = 99) Integer>> members,
      @ForAll @IntRange(min = 1, max = 20) int limit) {
    FirstSessions all = FirstSessions.of(limit);
    Map<String, Binding> expected = new TreeMap<>();
    for (List<Integer> seen : members) {
      FirstSessions own = FirstSessions.of(limit);
      for (int number : seen) {
        Map.Entry<String, Binding> session = Map.entry("shop/" + number, binding(number));
        own.accumulate(session);
        expected.put(session.getKey(), session.getValue());
      }
      all.combine(own);
    }
    assertThat(all.aggregate())
        .isEqualTo(List.copyOf(expected.entrySet().stream().limit(limit).toList()));
  }
}
