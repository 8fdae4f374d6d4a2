/* SPDX-License-Identifier: MIT */
/*
 * What proxies say of clients. The input is taken for the header of the PROXY
 * protocol, for one of the others, and for a range of addresses.
 */
#include "fuzz.h"

#include "base/error.h"
#include "net/forwarded.h"
#include "net/proxy_protocol.h"

/* Whoever reads an address again that was written has the same one. */
static void check_address(const struct address *a)
{
    char text[ADDRESS_TEXT_SIZE];
    struct address again;
    int r = address_parse(address_text(a, text), &again);

    assert(r == 0 && again.is_unix == a->is_unix);
    assert(a->is_unix || memcmp(again.bytes, a->bytes, 16) == 0);
}

/* More bytes never change what was said of those in front of them. */
static void check_header(struct str bytes)
{
    struct proxy_header h, shorter;
    int n = proxy_header_parse(bytes.p, bytes.n, &h);

    for (size_t k = 0; k < bytes.n && k < 200; k++) {
        int m = proxy_header_parse(bytes.p, k, &shorter);
        assert(m == ERR_AGAIN || m == n);
    }
    if (n <= 0) {
        assert(n == ERR_AGAIN || n == ERR_SYNTAX);
        assert(n != ERR_AGAIN || bytes.n < PROXY_HEADER_MAX);
        return;
    }
    assert((size_t)n <= bytes.n && n <= PROXY_HEADER_MAX);
    if (h.has_source)
        check_address(&h.source);
}

/*
 * Whatever a client sends in front, the entry that the proxy adds names the
 * client; and nobody is believed who is no proxy.
 */
static void check_forwarded(struct str said, bool standard)
{
    static struct http_head head;
    struct address_range trusted;
    struct http_proxies proxies = {
        .trusted = &trusted, .count = 1, .standard = standard};
    const struct address proxy = address_of("\x0a\0\0\1", 4);
    struct http_client client = {proxy, false};
    char *whole = fuzz_copy(said), text[ADDRESS_TEXT_SIZE];
    struct str name = standard ? STR("Forwarded") : STR("X-Forwarded-For");
    struct str added = standard ? STR("for=192.0.2.9") : STR("192.0.2.9");

    assert(address_range_parse(STR("10.0.0.0/8"), &trusted) == 0);
    head.header_count = 1;
    head.headers[0] = (struct http_header){name, str_of(whole, said.n)};
    forwarded_read(&proxies, &head, &client);
    check_address(&client.address);

    head.header_count = 2;
    head.headers[1] = (struct http_header){name, added};
    client = (struct http_client){proxy, false};
    forwarded_read(&proxies, &head, &client);
    assert(str_eq(address_text(&client.address, text), STR("192.0.2.9")));
    assert(!client.secure);

    client = (struct http_client){address_of("\xc0\0\2\7", 4), false};
    forwarded_read(&proxies, &head, &client);
    assert(str_eq(address_text(&client.address, text), STR("192.0.2.7")));
    mem_free(whole);
}

/* In a range is its own first address, if it is one. */
static void check_range(struct str text)
{
    struct address_range range;

    if (address_range_parse(text, &range) < 0)
        return;
    check_address(&range.first);
    assert(range.bits <= 128 && address_is_in(&range.first, &range, 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = fuzz_text(data, size);

    check_header(text);
    check_forwarded(text, true);
    check_forwarded(text, false);
    check_range(text);
    return 0;
}
