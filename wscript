# SPDX-License-Identifier: GPL-2.0-or-later
"""roam as a contrib module of ns-3.35, the last release that builds with waf.

CMakeLists.txt holds the one list of sources; here it is read.
"""

import os
import re


def cmake_list(text, name):
    """The entries of set(NAME ...) in a CMakeLists.txt, comments and order respected."""
    body = re.search(r"^set\(%s\b([^)]*)\)" % re.escape(name), text, re.MULTILINE).group(1)
    return re.sub(r"#.*", "", body).split()


def lists(folder):
    with open(os.path.join(folder, "CMakeLists.txt")) as cmake:
        text = cmake.read()
    names = ("core_sources", "model_sources", "model_headers", "test_sources", "sim_sources",
             "sim_test_sources", "bench_sources", "stats_sources", "host_sources",
             "host_command_sources", "ns3_modules", "roam_version")
    return dict((name, cmake_list(text, name)) for name in names)


def configure(conf):
    conf.check_cfg(package="nettle", args="--cflags --libs", uselib_store="NETTLE",
                   msg="Checking for nettle (roam needs it; Debian has it in nettle-dev)")
    conf.env["ROAM_SIM"] = bool(
        conf.check_cxx(header_name="toml++/toml.h", uselib_store="TOML", mandatory=False)
        and conf.check_cxx(header_name="nlohmann/json.hpp", uselib_store="JSON", mandatory=False)
        and conf.check_cfg(package="zlib", args="--cflags --libs", uselib_store="ZLIB",
                           mandatory=False))
    conf.report_optional_feature("roam-sim", "roam's simulation program", conf.env["ROAM_SIM"],
                                 "toml++, nlohmann json or zlib not found")


def build(bld):
    found = lists(bld.path.abspath())
    defines = ["ROAM_NS3_MINOR=35", 'ROAM_VERSION="%s"' % found["roam_version"][0]]

    module = bld.create_ns3_module("roam", found["ns3_modules"])
    module.source = found["core_sources"] + found["model_sources"]
    module.features += " c"
    module.includes = [bld.path]
    module.defines = defines
    module.use.append("NETTLE")
    # ns-3 gives C++ flags only.
    module.env.append_value("CFLAGS", ["-fPIC", "-std=gnu11", "-Wall", "-O2", "-g"])

    test = bld.create_ns3_module_test_library("roam")
    test.source = found["test_sources"]
    test.includes = [bld.path]
    test.defines = defines

    headers = bld(features="ns3header")
    headers.module = "roam"
    headers.source = found["model_headers"]

    if bld.env["ROAM_SIM"]:
        program(bld, "roam-sim", found["sim_sources"], defines, ["ZLIB"])
    program(bld, "roam-bench", found["bench_sources"], defines, [])
    if bld.env["ENABLE_EXAMPLES"]:
        bld.recurse("examples")


def program(bld, name, sources, defines, use):
    if sources:
        made = bld.create_ns3_program(name, ["roam"])
        made.source = sources
        made.includes = [made.includes, bld.path]  # ns-3's own first
        made.defines = defines
        made.use += use
