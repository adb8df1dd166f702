/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/run-directory.h"

#include "sim/file-manifest.h"
#include "sim/scenario-value.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <vector>
#include <zlib.h>

namespace ns3::roam
{

namespace fs = std::filesystem;

namespace
{

[[noreturn]] void Fail(const std::string& name, const std::string& why)
{
    throw ScenarioError("--out: " + name + ": " + why);
}

/** The directory that a name leads to, whatever links are on the way. */
fs::path Resolve(const std::string& name)
{
    fs::path path(name);
    if (!path.has_filename())
    {
        path = path.parent_path(); // "out/"
    }
    std::error_code error;
    if (fs::is_symlink(path, error) && !fs::exists(path, error))
    {
        Fail(name, "is a symbolic link to nothing; expected the name of a directory");
    }
    fs::path whole = fs::weakly_canonical(path, error);
    if (error)
    {
        Fail(name, error.message() + "; expected a directory that can be made");
    }
    return whole.is_absolute() ? whole : fs::current_path() / whole;
}

/** True if one directory is another one, or is somewhere below it. */
bool IsWithin(const fs::path& directory, const fs::path& other)
{
    auto end = std::mismatch(other.begin(), other.end(), directory.begin(), directory.end());
    return end.first == other.end();
}

/** Throws when there is something at a path that a run may not replace. */
void CheckReplaceable(const std::string& name, const fs::path& path, bool force)
{
    std::error_code error;
    if (!fs::exists(path, error))
    {
        return;
    }
    if (!fs::is_directory(path, error))
    {
        Fail(name, "is a file; expected the name of a directory");
    }
    if (IsWithin(fs::current_path(), path))
    {
        Fail(name, "is the present directory, or one above it; expected another one");
    }
    std::string foreign = force ? "" : FindForeignFile(path.string());
    if (!foreign.empty())
    {
        Fail(name, "holds " + foreign +
                       ", which roam did not write or which was changed since, or is another "
                       "run, and all of the directory would be replaced; expected another "
                       "directory, or --force");
    }
}

} // namespace

RunDirectory::RunDirectory(const std::string& name, bool force) : m_name(name), m_force(force)
{
    fs::path path = Resolve(name);
    m_path = path.string();
    std::error_code error;
    try
    {
        CheckReplaceable(m_name, path, m_force);
        fs::create_directories(path.parent_path());
    }
    catch (const fs::filesystem_error& failed)
    {
        Fail(m_name, failed.code().message() + "; expected a directory that can be made");
    }
    std::string pattern = m_path + ".tmp-XXXXXX";
    std::vector<char> buffer(pattern.begin(), pattern.end());
    buffer.push_back('\0');
    if (!mkdtemp(buffer.data()))
    {
        Fail(m_name, std::string(std::strerror(errno)) + "; expected a directory that can be made");
    }
    m_temporary = buffer.data();
    // mkdtemp's are for the owner only; a run's are like any other directory
    mode_t mask = umask(0);
    umask(mask);
    fs::permissions(m_temporary, static_cast<fs::perms>(0777 & ~mask), error);
}

RunDirectory::~RunDirectory()
{
    if (!m_temporary.empty())
    {
        std::error_code error;
        fs::remove_all(m_temporary, error);
    }
}

std::string RunDirectory::GetPath(const std::string& file) const
{
    return (fs::path(m_temporary) / file).string();
}

void RunDirectory::Write(const std::string& file, const std::string& content) const
{
    std::ofstream out(GetPath(file), std::ios::binary);
    out << content;
    out.close();
    if (!out)
    {
        Fail(m_name, file + " cannot be written");
    }
}

void RunDirectory::WriteGzip(const std::string& file, const std::string& content) const
{
    z_stream stream{};
    // 15 bits of window, and 16 for gzip's wrapper
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    {
        Fail(m_name, "no memory to write " + file);
    }
    gz_header header{};
    header.os = 255; // unknown
    deflateSetHeader(&stream, &header);
    std::string packed(deflateBound(&stream, content.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    int end = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (end != Z_STREAM_END)
    {
        Fail(m_name, file + " cannot be packed");
    }
    Write(file, packed);
}

void RunDirectory::Commit()
{
    // a directory can only take the name of an empty one
    fs::path old = m_temporary + ".old";
    bool replaces = false;
    try
    {
        WriteManifest(m_temporary);
        CheckReplaceable(m_name, m_path, m_force);
        replaces = fs::exists(fs::path(m_path));
        if (replaces)
        {
            fs::rename(m_path, old);
        }
        fs::rename(m_temporary, m_path);
    }
    catch (const fs::filesystem_error& failed)
    {
        std::error_code error;
        if (replaces && !fs::exists(fs::path(m_path), error))
        {
            fs::rename(old, m_path, error);
        }
        Fail(m_name, failed.code().message());
    }
    m_temporary.clear();
    if (replaces)
    {
        std::error_code error;
        fs::remove_all(old, error);
    }
}

} // namespace ns3::roam
