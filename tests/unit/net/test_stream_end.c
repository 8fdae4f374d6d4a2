/* SPDX-License-Identifier: MIT */
#include "stream_unit.h"

START_TEST(end_sends_everything_first)
{
    size_t n = block(100000);
    act(&user, DO_END);
    char *got = malloc(n + 1);
    peer_read(loop, peer, got, n);
    ck_assert_mem_eq(got, pattern, n);
    free(got);
    ck_assert_int_eq(peer_read_to_end(loop, peer), 0);
    ck_assert_uint_eq(loop->streams, 1);
    /* What the peer still says is thrown away, and does not reset. */
    peer_write(loop, peer, pattern, 300000);
    settle(loop);
    ck_assert_uint_eq(loop->streams, 1);
    shutdown(peer, SHUT_WR);
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(end_after_the_peers_end_closes_at_once)
{
    user.in_closed = DO_END;
    shutdown(peer, SHUT_WR);
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_int_eq(user.closed, 1);
    ck_assert_int_eq(peer_read_to_end(loop, peer), 0);
}
END_TEST

START_TEST(end_after_the_peers_end_still_flushes)
{
    size_t n = block(100000);
    user.in_closed = DO_END;
    shutdown(peer, SHUT_WR);
    TURN_UNTIL(loop, user.over);
    ck_assert_uint_eq(loop->streams, 1);
    ck_assert_int_eq(peer_read_to_end(loop, peer), (ssize_t)n);
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(end_before_the_peers_end_still_flushes)
{
    size_t n = block(100000);
    act(&user, DO_END);
    shutdown(peer, SHUT_WR);
    settle(loop);
    ck_assert_uint_eq(loop->streams, 1);
    ck_assert_int_eq(peer_read_to_end(loop, peer), (ssize_t)n);
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(end_of_a_paused_stream_notices_the_peers_end)
{
    stream_pause(user.s);
    act(&user, DO_END);
    ck_assert_int_eq(peer_read_to_end(loop, peer), 0);
    close(peer);
    peer = -1;
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(end_gives_up_after_the_grace)
{
    block(100000);
    user.over = true;
    stream_end(user.s, 1);
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(lingering_gives_up_after_the_grace)
{
    user.over = true;
    stream_end(user.s, 1);
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_int_eq(peer_read_to_end(loop, peer), 0);
}
END_TEST

START_TEST(a_reset_while_ending_is_no_news)
{
    block(100000);
    act(&user, DO_END);
    peer_reset(peer);
    peer = -1;
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(end_after_a_failed_write)
{
    stream_pause(user.s);
    peer_reset(peer);
    peer = -1;
    ck_assert_int_eq(stream_write(user.s, "x", 1), 0);
    stream_flush(user.s);
    act(&user, DO_END); /* before `closed` could be called */
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_int_eq(user.closed, 0);
}
END_TEST

START_TEST(abort_loses_what_is_queued)
{
    ck_assert_int_eq(stream_write(user.s, "abc", 3), 0);
    act(&user, DO_ABORT);
    ck_assert_uint_eq(loop->streams, 1); /* the memory lives on for a turn */
    ck_assert_int_eq(peer_read_to_end(loop, peer), 0);
    loop_turn(loop, -1); /* would never end if it waited */
    ck_assert_uint_eq(loop->streams, 0);
}
END_TEST

START_TEST(an_ended_stream_goes_with_the_loop)
{
    block(100000);
    act(&user, DO_END);
    settle(loop);
    ck_assert_uint_eq(loop->streams, 1);
    /* And so does one that was ended in the very last turn. */
    int fds[2];
    tcp_pair(fds);
    stream_end(stream_new(loop, fds[0], STR("x"), 10, &events, &user), GRACE);
    loop_free(loop);
    close(fds[1]);
    loop = loop_new();
}
END_TEST

/* Each way to end, from within each event. */
START_TEST(ending_while_reading)
{
    user.in_read = _i ? DO_END : DO_ABORT;
    user.echo = true;
    peer_write(loop, peer, pattern, 200000);
    TURN_UNTIL(loop, user.over);
    close(peer);
    peer = -1;
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_uint_eq(user.reads, 1);
}
END_TEST

START_TEST(ending_while_reading_a_rest)
{
    user.take = 1;
    peer_write(loop, peer, "abc", 3);
    TURN_UNTIL(loop, user.reads == 1);
    user.in_read = _i ? DO_END : DO_ABORT;
    peer_write(loop, peer, "def", 3);
    TURN_UNTIL(loop, user.over);
    close(peer);
    peer = -1;
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_uint_eq(user.reads, 2);
}
END_TEST

START_TEST(ending_while_being_shown_a_rest_again)
{
    user.take = 1;
    peer_write(loop, peer, "abc", 3);
    TURN_UNTIL(loop, user.reads == 1);
    user.in_read = _i ? DO_END : DO_ABORT;
    stream_resume(user.s);
    loop_turn(loop, -1);
    ck_assert_uint_eq(user.reads, 2);
    close(peer);
    peer = -1;
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(ending_when_drained)
{
    size_t n = block(100000);
    user.in_drained = _i ? DO_END : DO_ABORT;
    peer_expect(loop, peer, pattern, n);
    TURN_UNTIL(loop, user.over);
    close(peer);
    peer = -1;
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_int_eq(user.drained, 1);
}
END_TEST

START_TEST(ending_when_closed)
{
    user.in_closed = _i & 1 ? DO_END : DO_ABORT;
    if (_i & 2)
        peer_reset(peer);
    else
        close(peer);
    peer = -1;
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_int_eq(user.closed, 1);
    ck_assert_int_eq(user.error, _i & 2 ? ERR_IO : 0);
}
END_TEST

/* ---- Everything at once ---- */

/* The same bytes must come back however they are cut on the way. */
START_TEST(random_cuts)
{
    size_t total = 1 << 20, sent = 0, got = 0;
    char *back = malloc(total);
    unsigned seed = (unsigned)_i + 1;
    user.echo = true;
    while (got < total) {
        size_t most = (size_t)1 << rand_r(&seed) % 17;
        size_t n = (size_t)rand_r(&seed) % most + 1;
        if (n > total - sent)
            n = total - sent;
        if (n > 0 && sent - got < LIMIT / 2) {
            ssize_t now =
                send(peer, pattern + sent, n, MSG_DONTWAIT | MSG_NOSIGNAL);
            sent += now > 0 ? (size_t)now : 0;
        }
        user.take = rand_r(&seed) % 2 ? SIZE_MAX : most;
        switch (rand_r(&seed) % 8) {
        case 0:
            stream_pause(user.s);
            break;
        case 1:
        case 2:
            stream_resume(user.s);
            break;
        case 3:
            stream_flush(user.s);
            break;
        default:
            break;
        }
        if (sent == total)
            stream_resume(user.s);
        loop_turn(loop, 0);
        if (rand_r(&seed) % 4 == 0)
            continue;
        ssize_t now = recv(peer, back + got, total - got, MSG_DONTWAIT);
        got += now > 0 ? (size_t)now : 0;
    }
    ck_assert_mem_eq(back, pattern, total);
    expect_got(&user, pattern, total);
    free(back);
}
END_TEST

static size_t bare_read(void *arg, char *p, size_t n)
{
    struct user *u = arg;
    /* Half is left over, so that memory is needed for it. */
    size_t used = n > 1 ? n / 2 : n;
    stream_write(u->s, p, used);
    return used;
}

static void bare_closed(void *arg, int error)
{
    struct user *u = arg;
    u->closed++;
    u->error = error;
}

static const struct stream_events bare_events = {
    .read = bare_read,
    .closed = bare_closed,
};

/* One allocation after the other fails: nothing worse comes of it than the
 * end of this connection. */
START_TEST(memory_may_run_out)
{
    int refused = 0, broken = 0;
    for (long n = 0; n < 60; n++) {
        int fds[2];
        struct user u = {0};
        tcp_pair(fds);
        int small = 4096;
        setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
        mem_fail_after(n);
        u.s = stream_new(loop, fds[0], STR("x"), LIMIT, &bare_events, &u);
        if (!u.s) {
            refused++;
            close(fds[1]);
            mem_fail_after(-1);
            continue;
        }
        ssize_t sent = send(fds[1], pattern, 1000, 0);
        ck_assert_int_eq(sent, 1000);
        for (int i = 0; i < 4 && !u.closed; i++)
            loop_turn(loop, 1);
        for (int i = 0; i < 12; i++)
            stream_write(u.s, pattern, 60000);
        loop_turn(loop, 0);
        loop_turn(loop, 0);
        if (u.closed) {
            ck_assert_int_eq(u.error, ERR_NOMEM);
            broken++;
        }
        stream_end(u.s, GRACE);
        loop_turn(loop, 0);
        mem_fail_after(-1);
        close(fds[1]);
        TURN_UNTIL(loop, loop->streams == 1);
    }
    ck_assert_int_eq(refused, 1);
    ck_assert_int_gt(broken, 1);
}
END_TEST

START_TEST(nothing_is_shown_behind_a_gap)
{
    stream_pause(user.s);
    peer_write(loop, peer, pattern, 150000);
    settle(loop);
    user.take = 0;
    buf_reserve(&user.got, 1); /* not what is to fail */
    stream_resume(user.s);
    mem_fail_after(0);
    TURN_UNTIL(loop, user.closed == 1);
    mem_fail_after(-1);
    ck_assert_uint_eq(user.reads, 1);
    ck_assert_int_eq(user.error, ERR_NOMEM);
}
END_TEST

static void add_ending(TCase *tc)
{
    tcase_add_test(tc, end_sends_everything_first);
    tcase_add_test(tc, end_after_the_peers_end_closes_at_once);
    tcase_add_test(tc, end_after_the_peers_end_still_flushes);
    tcase_add_test(tc, end_before_the_peers_end_still_flushes);
    tcase_add_test(tc, end_of_a_paused_stream_notices_the_peers_end);
    tcase_add_test(tc, end_gives_up_after_the_grace);
    tcase_add_test(tc, lingering_gives_up_after_the_grace);
    tcase_add_test(tc, a_reset_while_ending_is_no_news);
    tcase_add_test(tc, end_after_a_failed_write);
    tcase_add_test(tc, abort_loses_what_is_queued);
    tcase_add_test(tc, an_ended_stream_goes_with_the_loop);
    tcase_add_loop_test(tc, ending_while_reading, 0, 2);
    tcase_add_loop_test(tc, ending_while_reading_a_rest, 0, 2);
    tcase_add_loop_test(tc, ending_while_being_shown_a_rest_again, 0, 2);
    tcase_add_loop_test(tc, ending_when_drained, 0, 2);
    tcase_add_loop_test(tc, ending_when_closed, 0, 4);
}

/* One more stream, ended at once; its far end, which is not closed. */
static int end_another(void)
{
    struct user other;
    int fds[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds),
                     0);
    user_init(&other);
    other.s = stream_new(loop, fds[0], STR("x"), LIMIT, &events, &other);
    ck_assert_ptr_nonnull(other.s);
    ck_assert_int_eq(stream_write(other.s, "bye", 3), 0);
    stream_end(other.s, 60000);
    loop_turn(loop, 0);
    return fds[1];
}

/* Who is turned away again and again and never closes must not fill up the
 * descriptors. */
START_TEST(only_so_many_linger)
{
    int peers[STREAM_ENDING_MAX + 50];
    size_t n = block(100000);
    act(&user, DO_END); /* still has to send */
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++)
        peers[i] = end_another();
    ck_assert_uint_eq(loop->streams, STREAM_ENDING_MAX);
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
        ck_assert_int_eq(peer_read_to_end(loop, peers[i]), 3);
        close(peers[i]);
    }
    /* Those that lingered had to go, not the one that was older. */
    ck_assert_int_eq(peer_read_to_end(loop, peer), (ssize_t)n);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stream_end");
    TCase *tc = tcase_create("stream_end");
    tcase_add_checked_fixture(tc, setup, teardown);
    add_ending(tc);
    tcase_add_test(tc, only_so_many_linger);
    tcase_add_loop_test(tc, random_cuts, 0, 5);
    tcase_add_test(tc, memory_may_run_out);
    tcase_add_test(tc, nothing_is_shown_behind_a_gap);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
