// SPDX-License-Identifier: GPL-2.0-or-later
// Runs the module's suites with ns-3's own test runner; the suites are linked into this program.

#include "ns3/test.h"

int main(int argc, char** argv)
{
    return ns3::TestRunner::Run(argc, argv);
}
