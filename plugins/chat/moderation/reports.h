/* SPDX-License-Identifier: MIT */
/*
 * What members report to the moderators, and what moderators can look up: open
 * reports, what was done by whom, what a message was before.
 */
#ifndef CHAT_REPORTS_H
#define CHAT_REPORTS_H

#include "work/operations.h"

mortise_call reports_on_report, reports_on_resolve;
mortise_call reports_on_reports, reports_on_log, reports_on_trace;

told_call reports_told_report, reports_told_resolve;
told_call reports_told_reports, reports_told_log, reports_told_trace;

/* {reports, more} and {log, more} of an answer. */
mortise_value reports_list(mortise_str answer);
mortise_value reports_log(mortise_str answer);

#endif
