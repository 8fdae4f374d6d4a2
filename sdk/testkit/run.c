/* SPDX-License-Identifier: MIT */
/* The program of a plugin's tests. */
#include "internal.h"

int testkit_run(const char *name, const TTest *const tests[], size_t count)
{
    /* Check's own 4 seconds are little on a busy machine. */
    setenv("CK_DEFAULT_TIMEOUT", "60", 0);
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);

    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
