/* SPDX-License-Identifier: MIT */
/* What is reported and deleted, what the log has of it, and the operator. */
#include "test/test_chat.h"

/* Ann owns the room, Bob and Eve are members, Guard moderates everywhere. */
static struct testkit_client *ann, *bob, *eve, *guard;

static void skip_all(void)
{
    testkit_skip(ann);
    testkit_skip(bob);
    testkit_skip(eve);
    testkit_skip(guard);
}

static void gather(const char *more)
{
    start_with(more);
    ann = enter("Ann", "wood");
    bob = enter("Bob", "wood");
    eve = enter("Eve", "wood");
    guard = connect_with("Guard", "chat.moderate");
    ASKED(guard, OK, "hello", "{}");
    skip_all();
}

START_TEST(reports)
{
    gather("");
    int64_t id = say(bob, "wood", "Rude");
    skip_all();
    ASKED(eve, OK, "report", "{id:I, reason:'It is rude'}", id);
    int64_t report = testkit_got_int(eve, "0.report");
    testkit_expect(ann, "reported",
                   "{report:I, room:'wood', id:I, reason:'It is rude', "
                   "by:{id:'<Eve>', name:'Eve'}}",
                   report, id);
    testkit_expect(guard, "reported", "{'<more>':true}");
    testkit_expect_nothing(bob);
    testkit_expect_nothing(eve);
    /* Once by each. */
    int asked = ASK(eve, "report", "{id:I, reason:'Still'}", id);
    testkit_expect_ack(eve, asked, "{ok:true, report:I}", report);
    testkit_expect_nothing(ann);
    ASKED(ann, OK, "report", "{id:I, reason:'I agree'}", id);
    ASKED(ann,
          "{ok:true, more:false, reports:[{report:'<number>', room:'wood', "
          "reason:'It is rude', by:{id:'<Eve>', name:'Eve'}, time:'<number>', "
          "message:{id:'<number>', from:'<Bob>', name:'Bob', text:'Rude', "
          "time:'<number>', deleted:null}}, {reason:'I agree', "
          "'<more>':true}]}",
          "reports", "{room:'wood'}");
    skip_all();
    ASKED(guard, "{ok:true, id:'<number>'}", "resolve",
          "{report:I, reason:'Talked'}", report);
    testkit_expect(ann, "resolved",
                   "{room:'wood', id:I, by:{id:'<Guard>', name:'Guard'}}", id);
    ASKED(ann, "{ok:true, more:false, reports:[]}", "reports", "{room:'wood'}");
    REFUSED(guard, "no_such_report", "resolve", "{report:I}", report);
    /* What was settled stays so. */
    asked = ASK(eve, "report", "{id:I, reason:'Again'}", id);
    testkit_expect_ack(eve, asked, "{ok:true, report:I}", report);
    ASKED(guard, "{ok:true, more:false, reports:[]}", "reports", "{}");
    finish();
}
END_TEST

START_TEST(reports_what_one_sees)
{
    char room[32];
    gather(", reportsPerUser:2");
    struct testkit_client *zoe = enter("Zoe", "lake");
    int64_t id = say(bob, "wood", "One");
    REFUSED(zoe, "no_such_message", "report", "{id:I, reason:'x'}", id);
    REFUSED(bob, "yourself", "report", "{id:I, reason:'x'}", id);
    REFUSED(eve, "bad_argument", "report", "{id:I, reason:''}", id);
    REFUSED(eve, "not_allowed", "reports", "{room:'wood'}");
    REFUSED(ann, "not_allowed", "reports", "{}");
    REFUSED(ann, "not_in_room", "reports", "{room:'lake'}");
    REFUSED(ann, "no_such_report", "resolve", "{report:7}");
    /* So many that are open. */
    ASKED(eve, OK, "report", "{id:I, reason:'x'}", id);
    int64_t report = testkit_got_int(eve, "0.report");
    ASKED(eve, OK, "report", "{id:I, reason:'x'}", say(bob, "wood", "Two"));
    id = say(bob, "wood", "Three");
    REFUSED(eve, "too_many", "report", "{id:I, reason:'x'}", id);
    REFUSED(bob, "not_allowed", "resolve", "{report:I}", report);
    REFUSED(zoe, "no_such_report", "resolve", "{report:I}", report);
    ASKED(ann, OK, "resolve", "{report:I}", report);
    ASKED(eve, OK, "report", "{id:I, reason:'x'}", id);
    /* Of two: who moderates everywhere sees what was reported, no more. */
    ASKED(bob, OK, "direct", "{user:'<Eve>'}");
    snprintf(room, sizeof(room), "%s", testkit_got_text(bob, "0.room"));
    id = say(bob, room, "Mean");
    REFUSED(guard, "no_such_message", "delete", "{id:I}", id);
    REFUSED(guard, "no_such_message", "trace", "{id:I}", id);
    REFUSED(guard, "not_in_room", "history", "{room:'wood'}");
    testkit_skip(guard);
    testkit_skip(ann);
    ASKED(ann, OK, "resolve", "{report:I}", report + 1);
    testkit_skip(guard);
    ASKED(eve, OK, "report", "{id:I, reason:'Mean'}", id);
    testkit_expect(guard, "reported", "{room:s, '<more>':true}", room);
    testkit_expect_nothing(ann);
    ASKED(guard, OK, "delete", "{id:I, reason:'Mean'}", id);
    ASKED(guard,
          "{ok:true, message:{text:'', deleted:'<number>', '<more>':true}, "
          "before:[{text:'Mean', time:'<number>', by:'<Guard>'}]}",
          "trace", "{id:I}", id);
    finish();
}
END_TEST

START_TEST(deletes_with_a_reason)
{
    gather("");
    int64_t id = say(bob, "wood", "First");
    ASKED(bob, OK, "edit", "{id:I, text:'Second'}", id);
    ASKED(eve, OK, "report", "{id:I, reason:'Rude'}", id);
    skip_all();
    REFUSED(eve, "not_yours", "delete", "{id:I}", id);
    REFUSED(eve, "not_allowed", "trace", "{id:I}", id);
    ASKED(ann, OK, "delete", "{id:I, reason:'Rude'}", id);
    testkit_expect(bob, "deleted",
                   "{room:'wood', id:I, rev:'<number>', by:'<Ann>', "
                   "reason:'Rude'}",
                   id);
    /* What was reported of it is settled, and what it was is kept. */
    ASKED(ann, "{ok:true, more:false, reports:[]}", "reports", "{room:'wood'}");
    ASKED(ann,
          "{ok:true, message:{id:'<number>', from:'<Bob>', name:'Bob', "
          "text:'', time:'<number>', deleted:'<number>'}, "
          "before:[{text:'Second', by:'<Ann>', '<more>':true}, "
          "{text:'First', by:'<Bob>', '<more>':true}]}",
          "trace", "{id:I}", id);
    REFUSED(eve, "deleted", "report", "{id:I, reason:'x'}", id);
    ASKED(ann,
          "{ok:true, more:false, log:[{entry:'<number>', time:'<number>', "
          "what:'delete', room:'wood', user:{id:'<Bob>', name:'Bob'}, "
          "id:'<number>', until:null, reason:'Rude', "
          "by:{id:'<Ann>', name:'Ann'}}]}",
          "log", "{room:'wood'}");
    finish();
}
END_TEST

START_TEST(keeps_a_log)
{
    gather("");
    enter("Zoe", "lake");
    ASKED(ann, OK, "mute", "{room:'wood', user:'<Bob>', seconds:60}");
    ASKED(ann, OK, "unmute", "{room:'wood', user:'<Bob>'}");
    ASKED(ann, OK, "kick", "{room:'wood', user:'<Bob>', reason:'Rude'}");
    ASKED(ann, OK, "ban", "{room:'wood', user:'<Bob>'}");
    ASKED(ann, OK, "slow", "{room:'wood', seconds:5}");
    ASKED(guard, OK, "mute", "{user:'<Eve>'}");
    ASKED(guard, OK, "mute", "{room:'lake', user:'<Zoe>'}");
    /* The latest first, a page at a time. */
    ASKED(ann,
          "{ok:true, more:true, log:[{what:'slow', reason:'5', user:null, "
          "'<more>':true}, {what:'ban', until:null, '<more>':true}]}",
          "log", "{room:'wood', limit:2}");
    int64_t before = testkit_got_int(ann, "0.log.1.entry");
    ASKED(ann,
          "{ok:true, more:false, log:[{what:'kick', reason:'Rude', "
          "'<more>':true}, {what:'unmute', '<more>':true}, {what:'mute', "
          "until:'<number>', user:{id:'<Bob>', name:'Bob'}, '<more>':true}]}",
          "log", "{room:'wood', before:I}", before);
    /* All of it for who moderates everywhere. */
    ASKED(guard,
          "{more:true, log:[{what:'mute', room:'lake', '<more>':true}, "
          "{what:'mute', room:null, '<more>':true}], '<more>':true}",
          "log", "{limit:2}");
    REFUSED(ann, "not_allowed", "log", "{}");
    REFUSED(ann, "not_in_room", "log", "{room:'lake'}");
    REFUSED(bob, "not_in_room", "log", "{room:'wood'}");
    /* It lasts, and not for ever. */
    restart(", logDays:1");
    ann = connect_as("Ann");
    ASKED(ann, "{more:true, log:['<any>'], '<more>':true}", "log",
          "{room:'wood', limit:1}");
    testkit_advance(kit, 25LL * 3600 * 1000);
    ASKED(ann, "{more:false, log:[], '<more>':true}", "log", "{room:'wood'}");
    finish();
}
END_TEST

START_TEST(obeys_the_operator)
{
    char words[64];
    gather("");
    int order = testkit_command(kit, "chat rooms");
    testkit_advance(kit, 0);
    testkit_expect_value(
        kit, order,
        "{ok:true, more:false, rooms:[{room:'wood', topic:'', members:3}]}");
    order = testkit_command(kit, "chat mute <Ann> wood 60 Rest");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 0, "Done.\n");
    testkit_expect(ann, "muted",
                   "{room:'wood', until:'<number>', reason:'Rest', "
                   "by:{id:'operator', name:'operator'}}");
    REFUSED(ann, "muted", "say", "{room:'wood', text:'x'}");
    order = testkit_command(kit, "chat unmute @ann wood");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 0, "Done.\n");
    /* Above everybody, also above who moderates everywhere. */
    order = testkit_command(kit, "chat ban <Guard>");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 0, "Done.\n");
    REFUSED(guard, "banned", "hello", "{}");
    order = testkit_command(kit, "chat sanctions");
    testkit_advance(kit, 0);
    testkit_expect_value(kit, order,
                         "{ok:true, more:false, sanctions:[{what:'ban', "
                         "user:{id:'<Guard>', name:'Guard'}, by:'operator', "
                         "'<more>':true}]}");
    order = testkit_command(kit, "chat unban <Guard>");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 0, "Done.\n");
    order = testkit_command(kit, "chat unban <Guard>");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 1, "Nobody knows this user.\n");
    int64_t id = say(bob, "wood", "Rude");
    ASKED(eve, OK, "report", "{id:I, reason:'Rude'}", id);
    order = testkit_command(kit, "chat reports");
    testkit_advance(kit, 0);
    testkit_expect_value(kit, order,
                         "{reports:[{reason:'Rude', '<more>':true}], "
                         "'<more>':true}");
    testkit_skip(bob);
    snprintf(words, sizeof(words), "chat delete %lld 'Not here'",
             (long long)id);
    order = testkit_command(kit, words);
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 0, "Done.\n");
    testkit_expect(bob, "deleted",
                   "{by:'operator', reason:'Not here', '<more>':true}");
    order = testkit_command(kit, "chat reports");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 0, "There are none.\n");
    order = testkit_command(kit, "chat log wood");
    testkit_advance(kit, 0);
    testkit_expect_value(kit, order,
                         "{ok:true, more:false, log:[{what:'delete', "
                         "by:{id:'operator', '<more>':true}, '<more>':true}, "
                         "{what:'unmute', '<more>':true}, "
                         "{what:'mute', '<more>':true}]}");
    order = testkit_command(kit, "chat resolve 99");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 1, "It is not open.\n");
    order = testkit_command(kit, "chat mute <Zoe>");
    testkit_advance(kit, 0);
    testkit_expect_done(kit, order, 1, "Nobody knows this user.\n");
    finish();
}
END_TEST

/* What is under way is told by the next build, also to the operator. */
START_TEST(crosses_a_reload)
{
    gather("");
    int asked = testkit_call(ann, "kick", "{room:'wood', user:'<Bob>'}");
    int order = testkit_command(kit, "chat mute <Eve> wood");
    testkit_reload(kit, PLUGIN, "{database:s, graceSeconds:7}", database);
    testkit_advance(kit, 0);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, asked, OK);
    testkit_expect_done(kit, order, 0, "Done.\n");
    testkit_expect(bob, "kicked", "{'<more>':true}");
    testkit_expect(bob, "left", "{'<more>':true}");
    say(ann, "wood", "Silence");
    testkit_expect_nothing(bob);
    REFUSED(eve, "muted", "say", "{room:'wood', text:'x'}");
    finish();
}
END_TEST

TESTKIT_MAIN("chat/reports", reports, reports_what_one_sees,
             deletes_with_a_reason, keeps_a_log, obeys_the_operator,
             crosses_a_reload)
