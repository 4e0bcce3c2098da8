package io.atoll.edge.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private static Member member(int number) {
    return Member.at(new BackendAddress("http", "10.0.0." + number, 80));
  }

  private static String authority(int number) {
    return "10.0.0." + number + ":80";
  }

  private static Orders with(Orders before, int number, Order order) {
    return Objects.requireNonNull(before.with(authority(number), order));
  }

  private static Map<String, Listed> over(Orders orders, Member... base) {
    return orders.over(List.of(base), Source.CONFIG, address -> address.scheme().equals("http"));
  }

  @Test
  void withoutOrdersAnUpstreamHasWhatIsListed() {
    assertThat(over(Orders.NONE, member(1), member(2)).values())
        .containsExactly(
            new Listed(member(1), Source.CONFIG), new Listed(member(2), Source.CONFIG));
  }

  @Test
  void ordersStandAboveTheListing() {
    Orders orders = with(Orders.NONE, 1, new Order.Remove(1));
    orders = with(orders, 2, new Order.Weigh(7, 2));
    orders = with(orders, 3, new Order.Add(member(3).weighing(5), 3));
    orders = with(orders, 9, new Order.Weigh(7, 4)); // of one that nobody lists
    assertThat(over(orders, member(1), member(2), member(3)).values())
        .containsExactly(
            new Listed(member(2).weighing(7), Source.CONFIG),
            new Listed(member(3).weighing(5), Source.OPERATOR));
    assertThat(orders.version()).isEqualTo(4);
  }

  @Test
  void anOrderThatWasLiftedLeavesTheListing() {
    Orders orders = with(Orders.NONE, 1, new Order.Remove(1));
    assertThat(over(with(orders, 1, new Order.Lift(2)), member(1))).containsKey(authority(1));
  }

  @Test
  void whatTheUpstreamCannotSpeakToIsLeftOut() {
    Member secure = Member.at(new BackendAddress("https", "10.0.0.4", 443));
    Orders orders =
        Objects.requireNonNull(Orders.NONE.with("10.0.0.4:443", new Order.Add(secure, 1)));
    assertThat(over(orders)).isEmpty();
  }

  @Test
  void aThousandOrdersAreTheMostAndThoseThatSayNothingMakeRoom() {
    Map<String, Order> many = new LinkedHashMap<>();
    for (int i = 0; i < Orders.MOST; i++) {
      many.put("h" + i + ":1", i == 5 || i == 6 ? new Order.Lift(i) : new Order.Remove(i));
    }
    Orders full = new Orders(8, many);
    Orders next = full.with("a:1", new Order.Remove(1));
    assertThat(next).isNotNull();
    assertThat(next.byAddress()).hasSize(Orders.MOST).doesNotContainKey("h5:1").containsKey("h6:1");
    Orders more = next.with("b:1", new Order.Remove(1));
    assertThat(more).isNotNull();
    assertThat(more.with("c:1", new Order.Remove(1))).isNull();
    assertThat(more.with("a:1", new Order.Remove(2))).isNotNull();
  }

  @Property(tries = 300)
  void afterASplitTheLaterOrderOfEachAddressHoldsOnBothSides(
      @ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> here,
      @ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> there) {
    Orders before = with(Orders.NONE, 0, new Order.Remove(1));
    Orders one = before;
    Orders other = before;
    long at = 2;
    for (int number : here) {
      one = with(one, number, new Order.Weigh(1, at += 2));
    }
    at = 3;
    for (int number : there) {
      other = with(other, number, new Order.Weigh(2, at += 2));
    }
    Orders merged = Orders.merged(one, other);
    assertThat(merged.byAddress()).isEqualTo(Orders.merged(other, one).byAddress());
    assertThat(merged.version()).isGreaterThanOrEqualTo(Math.max(one.version(), other.version()));
    for (Orders side : List.of(one, other)) {
      side.byAddress()
          .forEach(
              (address, order) ->
                  assertThat(Objects.requireNonNull(merged.byAddress().get(address)).atMillis())
                      .isGreaterThanOrEqualTo(order.atMillis()));
      if (!side.equals(merged)) {
        assertThat(merged.version()).isGreaterThan(side.version());
      }
    }
  }
}
