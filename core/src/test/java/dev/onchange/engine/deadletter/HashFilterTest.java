package dev.onchange.engine.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HashFilterTest {

    private static final int MILLION = 1_000_000;

    private final HashFilter filter = new HashFilter();

    @Test
    void a_small_set_is_exact_and_members_can_be_removed() {
        filter.add(1);
        filter.add(2);

        filter.remove(1);

        assertThat(filter.mightContain(1)).isFalse();
        assertThat(filter.mightContain(2)).isTrue();
        filter.remove(2);
        assertThat(filter.isEmpty()).isTrue();
    }

    @Test
    void a_million_members_are_known_and_hardly_any_other_hash_is_taken_for_one() {
        hashes(1).forEach(filter::add);

        assertThat(hashes(1)).allMatch(filter::mightContain);
        // One that took none would hold each member, and grow with them.
        assertThat(hashes(2).filter(filter::mightContain).count()).isBetween(1L, MILLION / 1000L);
    }

    @Test
    void a_hash_removed_from_a_large_set_is_no_member_until_it_is_added_again() {
        hashes(1).limit(2 * HashFilter.EXACT_SIZE).forEach(filter::add);
        long one = hashes(1).findFirst().orElseThrow();

        filter.remove(one);
        assertThat(filter.mightContain(one)).isFalse();

        filter.add(one);
        hashes(2).forEach(filter::remove);
        assertThat(filter.mightContain(one)).isTrue();
    }

    private static LongStream hashes(int seed) {
        return new Random(seed).longs(MILLION);
    }
}
