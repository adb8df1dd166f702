/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/file-manifest.h"

#include "sim/scenario-value.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nettle/sha2.h>
#include <vector>

namespace ns3::roam
{

const char* const MANIFEST_NAME = ".made-by-roam";

namespace
{

namespace fs = std::filesystem;

/** SHA-256 of a file in hex digits; empty when it cannot be read. */
std::string HashFile(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    sha256_ctx context;
    sha256_init(&context);
    std::vector<char> buffer(1 << 16);
    while (in)
    {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        sha256_update(&context, static_cast<std::size_t>(in.gcount()),
                      reinterpret_cast<const uint8_t*>(buffer.data()));
    }
    if (!in.eof())
    {
        return "";
    }
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&context, sizeof(digest), digest);
    static const char* const digits = "0123456789abcdef";
    std::string hex;
    for (uint8_t byte : digest)
    {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

/** SHA-256, or "-", by name. */
std::map<std::string, std::string> ReadManifest(const fs::path& directory)
{
    std::map<std::string, std::string> hashes;
    std::ifstream in(directory / MANIFEST_NAME);
    for (std::string line; std::getline(in, line);)
    {
        std::size_t space = line.find("  ");
        if (space != std::string::npos)
        {
            hashes[line.substr(space + 2)] = line.substr(0, space);
        }
    }
    return hashes;
}

bool IsOwn(const std::map<std::string, std::string>& hashes, const fs::directory_entry& entry)
{
    std::string name = entry.path().filename().string();
    if (name == MANIFEST_NAME)
    {
        return true;
    }
    auto listed = hashes.find(name);
    return listed != hashes.end() && entry.is_regular_file() && !entry.is_symlink() &&
           (listed->second == "-" || listed->second == HashFile(entry.path()));
}

} // namespace

void WriteManifest(const std::string& directory)
{
    std::map<std::string, std::string> hashes;
    for (const auto& entry : fs::directory_iterator(directory))
    {
        std::string name = entry.path().filename().string();
        hashes[name] = HashFile(entry.path());
        if (hashes[name].empty())
        {
            throw ScenarioError(entry.path().string() + ": cannot be read again");
        }
    }
    fs::path path = fs::path(directory) / MANIFEST_NAME;
    std::ofstream out(path, std::ios::binary);
    for (const auto& [name, hash] : hashes)
    {
        out << hash << "  " << name << "\n";
    }
    out.close();
    if (!out)
    {
        throw ScenarioError(path.string() + ": cannot be written");
    }
}

std::string FindForeignFile(const std::string& directory)
{
    auto hashes = ReadManifest(directory);
    for (const auto& entry : fs::directory_iterator(directory))
    {
        std::string name = entry.path().filename().string();
        if (entry.is_directory() && !entry.is_symlink())
        {
            if (fs::exists(entry.path() / "result.json"))
            {
                return name;
            }
            std::string below = FindForeignFile(entry.path().string());
            if (!below.empty())
            {
                return (fs::path(name) / below).string();
            }
        }
        else if (!IsOwn(hashes, entry))
        {
            return name;
        }
    }
    return "";
}

} // namespace ns3::roam
