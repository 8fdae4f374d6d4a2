/* SPDX-License-Identifier: MIT */
/*
 * A plugin for the test of the grouped writer: its event "add" writes a text
 * down, or fails in the way it is asked to.
 */
#include <mortise/contract.h>
#include <mortise/memory.h>
#include <mortise/settings.h>

#include <common/writer.h>

enum { FIELD_TEXT = 1, FIELD_NUMBER };
enum { KIND_ADD = 1, KIND_REFUSE, KIND_FAIL };

static const char *const migrations[] = {
    "CREATE TABLE texts(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)"};
static const struct database_layout layout = {0x70726f62, migrations, 1};

static struct database *db;
static char *file;
static int64_t pages;

static int apply(struct database *to, int kind, mortise_str ask,
                 struct record *answer)
{
    static const char s[] = "INSERT INTO texts(text) VALUES(?1) RETURNING id";
    sqlite3_stmt *row = database_bind(to, s, "t", record_text(ask, FIELD_TEXT));
    int found = database_step(to, row);

    if (found != 1)
        return MORTISE_ENOSYS;
    record_put_int(answer, FIELD_NUMBER, sqlite3_column_int64(row, 0));
    found = database_step(to, row);
    if (found != 0)
        return MORTISE_ENOSYS;
    return kind == KIND_REFUSE ? 42 : kind == KIND_FAIL ? MORTISE_EINVAL : 0;
}

static void told(int kind, uint64_t cookie, mortise_str ask, int status,
                 mortise_str answer)
{
    mortise_emit(mortise_all(NULL, NULL), "told", "{text:s, status:i}",
                 record_text(ask, FIELD_TEXT), status);
    mortise_reply_to(cookie, "{status:i, number:I}", status,
                     record_int(answer, FIELD_NUMBER));
}

static struct writer writer = {
    .job = "write",
    .told = told,
    .waiting_max = 8,
    .waiting_bytes_max = 4096,
    .batch_max = 4,
    .batch_bytes_max = 2048,
};

static int work(const mortise_work *work)
{
    return writer_work(work, db, apply);
}

static void done(mortise_job job, const mortise_done *done)
{
    writer_done(&writer, done);
}

static const mortise_job_kind jobs[] = {{"write", work, done}};

static void on_add(mortise_socket from, const mortise_event *event)
{
    struct record ask = {0};

    mortise_reply reply = mortise_ack_later(event);
    record_put(&ask, FIELD_TEXT, mortise_text(mortise_arg(event, 0), ""));
    if (writer_add(&writer, (int)mortise_int(mortise_arg(event, 1), KIND_ADD),
                   reply, record_bytes(&ask)) != 0)
        mortise_reply_to(reply, "{status:'busy'}");
    record_free(&ask);
}

static int init(mortise_value settings)
{
    file = mortise_strdup(mortise_setting_text(settings, "database", ""));
    pages = mortise_setting_int(settings, "pages", 0, 0, 1000);
    return file ? mortise_jobs(jobs) : MORTISE_ENOMEM;
}

static void fini(void)
{
    writer_free(&writer);
    database_close(db);
    mortise_free(file);
}

static int save(mortise_saving to)
{
    return writer_save(&writer, to, "writer");
}

static int restore(uint32_t version, mortise_saved from)
{
    return writer_restore(&writer, from, "writer");
}

static int acquire(void)
{
    int error = db ? 0 : database_open(&db, file, &layout);

    return error == 0 ? database_limit(db, 1, pages) : error;
}

static const mortise_state state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore,
                  .acquire = acquire);

static const mortise_handler handlers[] = {{"add", on_add}};

MORTISE_PLUGIN("probe", "1.0.0", .init = init, .fini = fini, .state = &state,
               .handlers = MORTISE_TABLE(handlers));
