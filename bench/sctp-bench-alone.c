/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the place of sctp-bench-usrsctp.c where that library is missing. */
#include "sctp-bench.h"

const struct bench_stack* const bench_usrsctp = NULL;
const struct bench_stack* const bench_usrsctp_offloaded = NULL;

const char* bench_usrsctp_about(void)
{
    return "skipped, it was not there when this was built; Debian has it in libusrsctp-dev";
}
