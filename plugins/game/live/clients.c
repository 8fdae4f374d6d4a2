/* SPDX-License-Identifier: MIT */
#include "live/clients.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <mortise/identity.h>
#include <mortise/memory.h>
#include <mortise/services.h>

#include "games/rules.h"
#include "live/reads.h"
#include "live/news.h"
#include "match/seat.h"
#include "store/fields.h"

static struct map clients, players;

/* --- players */

struct player *players_find(const char *user)
{
    uint64_t hash = map_hash(user, strlen(user));
    struct map_node *n = map_find(&players, hash, NULL);

    while (n && strcmp(MAP_OF(n, struct player, node)->user, user) != 0)
        n = map_find(&players, hash, n);
    return n ? MAP_OF(n, struct player, node) : NULL;
}

struct player *players_next(const struct player *after)
{
    struct map_node *n = map_next(&players, after ? &after->node : NULL);

    return n ? MAP_OF(n, struct player, node) : NULL;
}

size_t players_count(void)
{
    return players.count;
}

/* The name as the plugin auth, or another one in its place, knows it. Line ends
 * and the like have no place in a log. */
enum profile players_name(const char *user, char ret[NAME_SIZE])
{
    enum profile known = PROFILE_NONE;
    mortise_value answer = NULL;
    const char *name = NULL;

    if (mortise_ask(&answer, "auth.profile", 1, "s", user) == 0) {
        name = mortise_text(mortise_get(answer, "name"), NULL);
        if (answer)
            known = mortise_bool(mortise_get(answer, "guest"), 0)
                        ? PROFILE_GUEST
                        : PROFILE_ACCOUNT;
    }
    if (name && name[0] != '\0' && strlen(name) < NAME_SIZE)
        snprintf(ret, NAME_SIZE, "%s", name);
    else
        snprintf(ret, NAME_SIZE, "guest-%06x",
                 (unsigned)(map_hash(user, strlen(user)) & 0xffffff));
    for (char *p = ret; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    return known;
}

void players_sit(struct entry *entry, const char *user, int rules)
{
    const struct player *player = players_find(user);
    char name[NAME_SIZE];

    players_name(user, name);
    if (player && player->loaded)
        entry_sit(entry, user, name, (int)lround(player->ratings[rules].rating),
                  (int)lround(player->ratings[rules].deviation));
    else
        entry_sit(entry, user, name, 0, 0);
}

void players_sit_bot(struct entry *entry, int level)
{
    char user[16], name[32];

    snprintf(user, sizeof(user), "bot:%d", level);
    snprintf(name, sizeof(name), "Bot, level %d", level);
    entry_sit(entry, user, name, 0, 0);
}

static bool is_user(const char *user)
{
    if (!user || strlen(user) >= USER_SIZE || strncmp(user, "bot:", 4) == 0)
        return false; /* nobody takes a bot's place */
    for (; *user; user++)
        if ((unsigned char)*user < ' ')
            return false;
    return true;
}

static void load(const struct player *player)
{
    struct record ask = {0};

    record_put_int(&ask, FIELD_WHAT, READ_PLAYER);
    record_put(&ask, FIELD_USER, player->user);
    reads_start(&ask, 0); /* tried again by players_load() */
    record_free(&ask);
}

static struct player *player_get(const char *user)
{
    struct player *player = is_user(user) ? players_find(user) : NULL;

    if (player || !is_user(user))
        return player;
    player = mortise_alloc(sizeof(*player));
    if (!player)
        return NULL;
    snprintf(player->user, sizeof(player->user), "%s", user);
    for (int i = 0; i < GAMES_MAX; i++)
        player->ratings[i] =
            (struct player_rating){RATING_START, DEVIATION_START, 0};
    if (map_add(&players, &player->node, map_hash(user, strlen(user))) < 0) {
        mortise_free(player);
        return NULL;
    }
    player->playing = -1;
    load(player);
    live_news.player(user);
    return player;
}

static void player_drop(struct player *player)
{
    if (player->clients > 0)
        return;
    map_remove(&players, &player->node);
    live_news.player(player->user);
    mortise_free(player);
}

void players_rated(int rules, mortise_str row)
{
    struct player *player = players_find(record_text(row, FIELD_USER));

    if (player && rules >= 0 && rules < GAMES_MAX)
        player->ratings[rules] = (struct player_rating){
            fields_double(row, FIELD_RATING),
            fields_double(row, FIELD_DEVIATION), record_int(row, FIELD_GAMES)};
    if (player)
        live_news.player(player->user);
}

void players_load(void)
{
    struct map_node *n = NULL;

    while ((n = map_next(&players, n))) {
        struct player *player = MAP_OF(n, struct player, node);
        if (!player->loaded)
            load(player);
    }
}

/* --- clients */

struct client *clients_find(mortise_socket socket)
{
    struct map_node *n =
        map_find(&clients, map_hash(&socket, sizeof(socket)), NULL);

    while (n && MAP_OF(n, struct client, node)->socket != socket)
        n = map_find(&clients, n->hash, n);
    return n ? MAP_OF(n, struct client, node) : NULL;
}

struct client *clients_get(mortise_socket socket)
{
    const char *user = mortise_user(socket);
    struct client *client = clients_find(socket);
    struct player *player;

    if (client && user && strcmp(client->player->user, user) == 0)
        return client;
    if (client || !user)
        return NULL; /* somebody else has signed in there: see events.c */
    player = player_get(user);
    client = player ? mortise_alloc(sizeof(*client)) : NULL;
    if (client) {
        client->socket = socket;
        client->player = player;
        if (map_add(&clients, &client->node,
                    map_hash(&socket, sizeof(socket))) == 0) {
            player->clients++;
            return client;
        }
    }
    mortise_free(client);
    if (player)
        player_drop(player);
    return NULL;
}

void clients_remove(struct client *client)
{
    struct player *player = client->player;

    map_remove(&clients, &client->node);
    mortise_free(client);
    player->clients--;
    player_drop(player);
}

struct client *clients_next(const struct client *after)
{
    struct map_node *n = map_next(&clients, after ? &after->node : NULL);

    return n ? MAP_OF(n, struct client, node) : NULL;
}

void clients_free(void)
{
    struct client *client;

    while ((client = clients_next(NULL)))
        clients_remove(client);
    map_free(&clients);
    map_free(&players);
}
