/* SPDX-License-Identifier: MIT */
#include "live/reads.h"

int reads_start(const struct record *ask, mortise_reply reply)
{
    return ask->error == 0 &&
                   mortise_job_start(READS_JOB, record_bytes(ask), reply) != 0
               ? 0
               : MORTISE_ELIMIT;
}
