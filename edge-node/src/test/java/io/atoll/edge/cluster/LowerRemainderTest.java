package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingValue;
import org.junit.jupiter.api.Test;

class LowerRemainderTest {
  private record Tat(Long tat) implements MergingValue<Long> {
    @Override
    @Deprecated
    public Long getValue() {
      return tat;
    }

    @Override
    public Long getRawValue() {
      return tat;
    }

    @Override
    public Long getDeserializedValue() {
      return tat;
    }
  }

  private final LowerRemainder policy = new LowerRemainder();

  @Test
  void keepsTheEmptierOfTwoBuckets() {
    assertThat(policy.merge(new Tat(5L), new Tat(7L))).isEqualTo(7);
    assertThat(policy.merge(new Tat(9L), new Tat(7L))).isEqualTo(9);
  }

  @Test
  void keepsTheOnlyOne() {
    assertThat(policy.merge(new Tat(5L), null)).isEqualTo(5);
  }
}
