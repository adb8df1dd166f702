/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_FILE_MANIFEST_H
#define ROAM_FILE_MANIFEST_H

#include <string>

namespace ns3::roam
{

/**
 * The name of the list, in each directory, of the files that roam wrote there. A line is the
 * SHA-256 of a file, two spaces and its name, as sha256sum writes it. sweep/roam/own.py reads and
 * writes the same list; "-" in place of the SHA-256 marks a file that is being written.
 */
extern const char* const MANIFEST_NAME;

/**
 * Writes the list of all files that are directly in a directory.
 * \throws ScenarioError when a file cannot be read or the list not be written
 */
void WriteManifest(const std::string& directory);

/**
 * Return the path, from the directory on, of a file in it or below it that roam did not write, or
 * that has changed since; empty when there is none. Symbolic links are foreign, and so is another
 * run below it, which the run of this directory did not make.
 */
std::string FindForeignFile(const std::string& directory);

} // namespace ns3::roam

#endif
