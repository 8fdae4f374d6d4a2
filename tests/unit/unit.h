/* SPDX-License-Identifier: MIT */
/*
 * What every Check suite shares: one executable a module, TAP on stdout, each
 * test in a process of its own (Check's fork mode), so that a crash is one
 * "not ok" and not the end of the run.
 */
#ifndef MORTISE_TESTS_UNIT_H
#define MORTISE_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

/*
 * A test that takes so long hangs; Check's own 4 seconds are less than some
 * take on a machine that has other things to do. It is read when a case is
 * made.
 */
__attribute__((constructor)) static void unit_patience(void)
{
    setenv("CK_DEFAULT_TIMEOUT", "300", 0);
}

/* Runs the suite; the exit status of main. */
static inline int unit_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
