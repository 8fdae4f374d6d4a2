/* SPDX-License-Identifier: MIT */
#include "stream_unit.h"

/* ---- Reading ---- */

START_TEST(bytes_arrive)
{
    peer_write(loop, peer, "hello", 5);
    TURN_UNTIL(loop, user.got.n == 5);
    peer_write(loop, peer, " world", 6);
    TURN_UNTIL(loop, user.got.n == 11);
    expect_got(&user, "hello world", 11);
}
END_TEST

START_TEST(peer_and_loop_are_known)
{
    ck_assert(str_eq(stream_peer(user.s), STR("192.0.2.1")));
    ck_assert_ptr_eq(stream_loop(user.s), loop);
}
END_TEST

START_TEST(what_is_left_over_is_shown_in_front_of_the_next)
{
    user.take = 2;
    peer_write(loop, peer, "abcde", 5);
    TURN_UNTIL(loop, user.reads == 1);
    ck_assert_uint_eq(user.last_n, 5);
    settle(loop); /* nothing is shown again by itself */
    ck_assert_uint_eq(user.reads, 1);
    peer_write(loop, peer, "fg", 2);
    TURN_UNTIL(loop, user.reads == 2);
    ck_assert_uint_eq(user.last_n, 5);
    user.take = SIZE_MAX;
    peer_write(loop, peer, "h", 1);
    TURN_UNTIL(loop, user.reads == 3);
    expect_got(&user, "abcdefgh", 8);
}
END_TEST

START_TEST(memory_for_leftovers_is_given_back)
{
    long idle = mem_live();
    buf_reserve(&user.got, 64); /* not what is counted here */
    user.take = 0;
    peer_write(loop, peer, "abc", 3);
    TURN_UNTIL(loop, user.reads == 1);
    ck_assert_int_eq(mem_live(), idle + 3);
    user.take = SIZE_MAX;
    peer_write(loop, peer, "d", 1);
    TURN_UNTIL(loop, user.reads == 2);
    expect_got(&user, "abcd", 4);
    ck_assert_int_eq(mem_live(), idle + 1);
}
END_TEST

START_TEST(leftovers_are_bounded_and_reading_goes_on_afterwards)
{
    size_t sent = 0;
    user.take = 0;
    /* Until nothing more fits between the peer and us. */
    for (int quiet = 0; quiet < 50;) {
        ssize_t n = send(peer, pattern + sent, 65536, MSG_DONTWAIT);
        if (n > 0)
            sent += (size_t)n;
        quiet = n > 0 ? 0 : quiet + 1;
        loop_turn(loop, 1);
        if (sent > PATTERN_SIZE - 65536)
            break;
    }
    ck_assert_uint_ge(user.last_n, STREAM_REST_MAX);
    ck_assert_uint_le(user.last_n, STREAM_REST_MAX + LOOP_READ_SIZE);
    size_t reads = user.reads;
    settle(loop);
    ck_assert_uint_eq(user.reads, reads);
    user.take = 70000;
    stream_resume(user.s);
    TURN_UNTIL(loop, user.reads > reads);
    user.take = SIZE_MAX;
    stream_resume(user.s);
    TURN_UNTIL(loop, user.got.n == sent);
    expect_got(&user, pattern, sent);
}
END_TEST

START_TEST(much_at_once_arrives_whole)
{
    peer_write(loop, peer, pattern, PATTERN_SIZE);
    TURN_UNTIL(loop, user.got.n == PATTERN_SIZE);
    expect_got(&user, pattern, PATTERN_SIZE);
}
END_TEST

START_TEST(a_pause_shows_nothing)
{
    stream_pause(user.s);
    peer_write(loop, peer, "abc", 3);
    settle(loop);
    ck_assert_uint_eq(user.reads, 0);
    stream_resume(user.s);
    TURN_UNTIL(loop, user.got.n == 3);
}
END_TEST

START_TEST(a_pause_while_reading_keeps_the_rest)
{
    user.take = 1;
    user.in_read = DO_PAUSE;
    peer_write(loop, peer, "abc", 3);
    TURN_UNTIL(loop, user.reads == 1);
    peer_write(loop, peer, "d", 1);
    settle(loop);
    ck_assert_uint_eq(user.reads, 1);
    user.take = SIZE_MAX;
    user.in_read = DO_NOTHING;
    stream_resume(user.s);
    TURN_UNTIL(loop, user.got.n == 4);
    expect_got(&user, "abcd", 4);
}
END_TEST

START_TEST(a_pause_while_reading_is_at_once)
{
    stream_pause(user.s);
    peer_write(loop, peer, pattern, 150000);
    settle(loop);
    user.in_read = DO_PAUSE;
    stream_resume(user.s);
    TURN_UNTIL(loop, user.reads == 1);
    settle(loop);
    ck_assert_uint_eq(user.reads, 1);
}
END_TEST

START_TEST(resume_shows_the_rest_again_in_the_same_turn)
{
    user.take = 1;
    peer_write(loop, peer, "ab", 2);
    TURN_UNTIL(loop, user.reads == 1);
    stream_resume(user.s);
    loop_turn(loop, -1); /* would never end if it waited */
    expect_got(&user, "ab", 2);
}
END_TEST

START_TEST(a_new_user_is_shown_the_rest)
{
    struct user heir;
    user_init(&heir);
    user.take = 3;
    user.heir = &heir;
    user.in_read = DO_HAND_OVER;
    peer_write(loop, peer, "abcdef", 6);
    TURN_UNTIL(loop, heir.reads == 1);
    expect_got(&user, "abc", 3);
    expect_got(&heir, "def", 3);
    stream_abort(heir.s);
    buf_free(&heir.got);
}
END_TEST

START_TEST(a_new_user_of_a_paused_stream_waits)
{
    struct user heir;
    user_init(&heir);
    user.take = 1;
    peer_write(loop, peer, "abc", 3);
    TURN_UNTIL(loop, user.reads == 1);
    stream_pause(user.s);
    user.heir = &heir;
    act(&user, DO_HAND_OVER);
    settle(loop);
    ck_assert_uint_eq(heir.reads, 0);
    stream_resume(heir.s);
    TURN_UNTIL(loop, heir.reads == 1);
    expect_got(&heir, "bc", 2);
    stream_abort(heir.s);
    buf_free(&heir.got);
}
END_TEST

START_TEST(a_new_user_is_told_that_it_is_over)
{
    struct user heir;
    user_init(&heir);
    shutdown(peer, SHUT_WR);
    TURN_UNTIL(loop, user.closed == 1);
    user.heir = &heir;
    act(&user, DO_HAND_OVER);
    TURN_UNTIL(loop, heir.closed == 1);
    ck_assert_int_eq(heir.error, 0);
    stream_abort(heir.s);
}
END_TEST

START_TEST(the_end_of_the_peer_is_told_once)
{
    user.take = 0;
    int added = events_added(loop);
    peer_write(loop, peer, "abc", 3);
    shutdown(peer, SHUT_WR);
    TURN_UNTIL(loop, user.closed == 1);
    ck_assert_int_eq(events_added(loop), added - 1); /* else it would spin */
    ck_assert_int_eq(user.error, 0);
    ck_assert_uint_eq(user.last_n, 3); /* what came before was shown first */
    settle(loop);
    ck_assert_int_eq(user.closed, 1);
    /* Its side may still read, and what is left over is still there. */
    ck_assert_int_eq(stream_write(user.s, "xyz", 3), 0);
    peer_expect(loop, peer, "xyz", 3);
    user.take = SIZE_MAX;
    stream_resume(user.s);
    loop_turn(loop, -1);
    expect_got(&user, "abc", 3);
    ck_assert_int_eq(user.closed, 1);
}
END_TEST

START_TEST(a_reset_is_noticed_while_only_reading)
{
    loop_turn(loop, 0);
    peer_reset(peer);
    peer = -1;
    TURN_UNTIL(loop, user.closed == 1);
    ck_assert_int_eq(user.error, ERR_IO);
}
END_TEST

START_TEST(a_reset_is_noticed_while_a_write_would_block)
{
    block(65536);
    peer_reset(peer);
    peer = -1;
    TURN_UNTIL(loop, user.closed == 1);
    ck_assert_int_eq(user.error, ERR_IO);
    ck_assert_int_eq(user.drained, 0);
    ck_assert_int_eq(stream_write(user.s, "x", 1), ERR_CLOSED);
    ck_assert_uint_eq(stream_queued(user.s), 0);
}
END_TEST

/* ---- Writing ---- */

START_TEST(an_echo)
{
    user.echo = true;
    for (int i = 0; i < 100; i++) {
        peer_write(loop, peer, pattern + i, 50);
        peer_expect(loop, peer, pattern + i, 50);
    }
    ck_assert_uint_eq(stream_queued(user.s), 0);
}
END_TEST

/* On a socket that keeps records, a record is a system call. */
static void open_records(int *ret_peer)
{
    int fds[2];
    int size = 1 << 20;
    stream_abort(user.s);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
    setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    open_on(fds[0]);
    *ret_peer = fds[1];
}

START_TEST(what_is_sent_in_a_turn_leaves_in_one_write)
{
    int records;
    char got[16384];
    size_t n = 0;
    open_records(&records);
    for (int i = 0; i < 200; i++) {
        size_t piece = i % 10 == 0 ? 700 : 10; /* long ones among short ones */
        ck_assert_int_eq(stream_write(user.s, pattern + n, piece), 0);
        n += piece;
    }
    ck_assert_uint_eq(stream_queued(user.s), n);
    ck_assert_uint_lt(n, sizeof(got));
    ck_assert(peer_is_quiet(records));
    loop_turn(loop, 0);
    ck_assert_int_eq(recv(records, got, sizeof(got), MSG_DONTWAIT), (int)n);
    ck_assert_mem_eq(got, pattern, n);
    ck_assert_uint_eq(stream_queued(user.s), 0);
    close(records);
}
END_TEST

START_TEST(more_slices_than_one_write_takes)
{
    int records;
    char *got = malloc(PATTERN_SIZE);
    size_t n = 0, had = 0;
    open_records(&records);
    for (int i = 0; i < 150; i++, n += 600)
        ck_assert_int_eq(stream_write(user.s, pattern + n, 600), 0);
    loop_turn(loop, 0);
    /* Some are copied together, each of the others is a piece of its own. */
    for (int i = 0; i < 2; i++) {
        ssize_t more = recv(records, got + had, n, MSG_DONTWAIT);
        ck_assert_int_gt(more, 0);
        had += (size_t)more;
    }
    ck_assert_uint_eq(had, n);
    ck_assert_mem_eq(got, pattern, n);
    free(got);
    close(records);
}
END_TEST

START_TEST(a_slice_is_shared_and_let_go)
{
    struct slice *slice = slice_new("0123456789", 10);
    ck_assert_int_eq(stream_send(user.s, slice, 2, 3), 0);
    ck_assert_int_eq(stream_send(user.s, slice, 0, 10), 0);
    ck_assert_int_eq(stream_send(user.s, slice, 10, 0), 0);
    ck_assert_uint_eq(slice->refs, 3);
    ck_assert_uint_eq(stream_queued(user.s), 13);
    peer_expect(loop, peer, "2340123456789", 13);
    ck_assert_uint_eq(slice->refs, 1);
    slice_unref(slice);
}
END_TEST

START_TEST(flush_does_not_wait_for_the_end_of_the_turn)
{
    char got[3];
    ck_assert_int_eq(stream_write(user.s, "abc", 3), 0);
    stream_flush(user.s);
    ck_assert_uint_eq(stream_queued(user.s), 0);
    ck_assert_int_eq(recv(peer, got, 3, 0), 3);
    loop_turn(loop, 0);
    ck_assert(peer_is_quiet(peer));
}
END_TEST

START_TEST(the_queue_has_a_limit)
{
    ck_assert_int_eq(stream_write(user.s, pattern, LIMIT - 10), 0);
    ck_assert_int_eq(stream_write(user.s, pattern, 11), ERR_BLOCKED);
    ck_assert_uint_eq(stream_queued(user.s), LIMIT - 10);
    ck_assert_int_eq(stream_write(user.s, pattern, 10), 0);
    ck_assert_int_eq(stream_write(user.s, pattern, 1), ERR_BLOCKED);
    ck_assert_int_eq(stream_write(user.s, pattern, LIMIT + 1), ERR_BLOCKED);
}
END_TEST

START_TEST(tiny_slices_count_their_memory)
{
    struct slice *slice = slice_new("x", 1);
    size_t count = 0;
    int result;
    while ((result = stream_send(user.s, slice, 0, 1)) == 0)
        count++;
    ck_assert_int_eq(result, ERR_BLOCKED);
    ck_assert_uint_lt(count, LIMIT / 128);
    ck_assert_uint_gt(count, LIMIT / 256);
    stream_abort(user.s);
    ck_assert_uint_eq(slice->refs, 1);
    slice_unref(slice);
    user.over = true;
}
END_TEST

START_TEST(a_slow_peer_is_waited_for)
{
    ck_assert(!stream_behind(user.s));
    size_t n = block(100000);
    ck_assert_int_eq(user.drained, 0);
    ck_assert_int_eq(stream_write(user.s, pattern + n, 5), 0);
    n += 5;
    peer_expect(loop, peer, pattern, n);
    TURN_UNTIL(loop, user.drained == 1);
    ck_assert(!stream_behind(user.s));
    settle(loop);
    ck_assert_int_eq(user.drained, 1);
    /* And nothing is said of a queue that never had to wait. */
    ck_assert_int_eq(stream_write(user.s, "x", 1), 0);
    peer_expect(loop, peer, "x", 1);
    ck_assert_int_eq(user.drained, 1);
}
END_TEST

START_TEST(a_cut_before_anything_has_left)
{
    ck_assert_int_eq(stream_write(user.s, "abc", 3), 0);
    ck_assert_int_eq(stream_write(user.s, "def", 3), 0);
    stream_cut(user.s);
    ck_assert_uint_eq(stream_queued(user.s), 0);
    ck_assert_int_eq(stream_write(user.s, "last", 4), 0);
    peer_expect(loop, peer, "last", 4);
}
END_TEST

/* What has begun to leave leaves whole, or the peer could not read on. */
START_TEST(a_cut_keeps_what_has_begun)
{
    enum { PIECE = 50000 };
    size_t total = block(PIECE);
    ck_assert_uint_ge(stream_queued(user.s), PIECE);
    stream_cut(user.s);
    size_t left = stream_queued(user.s);
    ck_assert_uint_lt(left, PIECE);
    ck_assert_int_eq(stream_write(user.s, "last", 4), 0);
    stream_cut(user.s);
    ck_assert_uint_eq(stream_queued(user.s), left);
    ck_assert_int_eq(stream_write(user.s, "last", 4), 0);
    shutdown(peer, SHUT_WR);
    TURN_UNTIL(loop, user.closed == 1);
    act(&user, DO_END);

    char *got = malloc(total + 5);
    size_t n = 0;
    for (;;) {
        ssize_t more = recv(peer, got + n, total + 5 - n, MSG_DONTWAIT);
        if (more == 0)
            break;
        if (more > 0)
            n += (size_t)more;
        else
            loop_turn(loop, 1);
    }
    ck_assert_uint_eq((n - 4) % PIECE, 0);
    ck_assert_uint_lt(n - 4, total);
    ck_assert_mem_eq(got, pattern, n - 4);
    ck_assert_mem_eq(got + n - 4, "last", 4);
    free(got);
}
END_TEST

/* Who has much to say is heard a piece a turn, and others in between. */
START_TEST(much_waits_for_its_turns)
{
    int size = 1 << 20;
    int fds[2];
    stream_abort(user.s);
    close(peer);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    peer = fds[1];
    size_t sent = 0;
    for (ssize_t n; sent < PATTERN_SIZE; sent += (size_t)n) {
        n = send(peer, pattern + sent, 4096, MSG_DONTWAIT);
        if (n <= 0)
            break;
    }
    ck_assert_uint_gt(sent, 2 * LOOP_READ_SIZE);
    open_on(fds[0]);
    for (size_t turns = 0; user.got.n < sent; turns++) {
        ck_assert_uint_lt(turns, 1000);
        size_t before = user.got.n;
        loop_turn(loop, 0);
        ck_assert_uint_le(user.got.n - before, LOOP_READ_SIZE);
    }
    expect_got(&user, pattern, sent);
}
END_TEST

START_TEST(a_failed_write_is_told_later_and_once)
{
    stream_pause(user.s); /* so that only the write can notice */
    peer_reset(peer);
    peer = -1;
    ck_assert_int_eq(stream_write(user.s, "x", 1), 0);
    stream_flush(user.s);
    ck_assert_int_eq(user.closed, 0);
    ck_assert_int_eq(stream_write(user.s, "x", 1), ERR_CLOSED);
    TURN_UNTIL(loop, user.closed == 1);
    ck_assert_int_eq(user.error, ERR_IO);
    settle(loop);
    ck_assert_int_eq(user.closed, 1);
}
END_TEST

START_TEST(what_came_before_the_break_is_still_shown)
{
    int fds[2];
    stream_abort(user.s);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    open_on(fds[0]);
    ck_assert_int_eq(send(fds[1], "last", 4, 0), 4);
    close(fds[1]);
    ck_assert_int_eq(stream_write(user.s, "x", 1), 0);
    stream_flush(user.s);
    TURN_UNTIL(loop, user.closed == 1);
    expect_got(&user, "last", 4);
    ck_assert_int_eq(user.error, ERR_IO);
}
END_TEST

static void break_after_the_poll(struct timer *timer)
{
    ck_assert_int_eq(send(peer, "last", 4, 0), 4);
    close(peer);
    peer = -1;
    ck_assert_int_eq(stream_write(user.s, "x", 1), 0);
    stream_flush(user.s);
}

START_TEST(what_came_after_the_poll_is_still_shown)
{
    int fds[2];
    struct timer timer;
    stream_abort(user.s);
    close(peer);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    open_on(fds[0]);
    peer = fds[1];
    timer_init(&timer, break_after_the_poll);
    ck_assert_int_eq(timer_start(&loop->timers, &timer, 0), 0);
    loop_turn(loop, -1);
    ck_assert_int_eq(user.closed, 1);
    expect_got(&user, "last", 4);
}
END_TEST

static void add_reading(TCase *tc)
{
    tcase_add_test(tc, bytes_arrive);
    tcase_add_test(tc, peer_and_loop_are_known);
    tcase_add_test(tc, what_is_left_over_is_shown_in_front_of_the_next);
    tcase_add_test(tc, memory_for_leftovers_is_given_back);
    tcase_add_test(tc, leftovers_are_bounded_and_reading_goes_on_afterwards);
    tcase_add_test(tc, much_at_once_arrives_whole);
    tcase_add_test(tc, much_waits_for_its_turns);
    tcase_add_test(tc, a_pause_shows_nothing);
    tcase_add_test(tc, a_pause_while_reading_keeps_the_rest);
    tcase_add_test(tc, a_pause_while_reading_is_at_once);
    tcase_add_test(tc, resume_shows_the_rest_again_in_the_same_turn);
    tcase_add_test(tc, a_new_user_is_shown_the_rest);
    tcase_add_test(tc, a_new_user_of_a_paused_stream_waits);
    tcase_add_test(tc, a_new_user_is_told_that_it_is_over);
    tcase_add_test(tc, the_end_of_the_peer_is_told_once);
    tcase_add_test(tc, a_reset_is_noticed_while_only_reading);
    tcase_add_test(tc, a_reset_is_noticed_while_a_write_would_block);
}

static void add_writing(TCase *tc)
{
    tcase_add_test(tc, an_echo);
    tcase_add_test(tc, what_is_sent_in_a_turn_leaves_in_one_write);
    tcase_add_test(tc, more_slices_than_one_write_takes);
    tcase_add_test(tc, a_slice_is_shared_and_let_go);
    tcase_add_test(tc, flush_does_not_wait_for_the_end_of_the_turn);
    tcase_add_test(tc, the_queue_has_a_limit);
    tcase_add_test(tc, tiny_slices_count_their_memory);
    tcase_add_test(tc, a_slow_peer_is_waited_for);
    tcase_add_test(tc, a_cut_before_anything_has_left);
    tcase_add_test(tc, a_cut_keeps_what_has_begun);
    tcase_add_test(tc, a_failed_write_is_told_later_and_once);
    tcase_add_test(tc, what_came_before_the_break_is_still_shown);
    tcase_add_test(tc, what_came_after_the_poll_is_still_shown);
}

int main(void)
{
    Suite *suite = suite_create("stream");
    TCase *tc = tcase_create("stream");
    tcase_add_checked_fixture(tc, setup, teardown);
    add_reading(tc);
    add_writing(tc);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
