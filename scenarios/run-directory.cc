/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scenarios/run-directory.h"

#include "scenarios/scenario-value.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>
#include <zlib.h>

namespace ns3::roam
{

namespace fs = std::filesystem;

namespace
{

[[noreturn]] void Fail(const std::string& name, const std::string& why)
{
    throw ScenarioError("--out: " + name + ": found " + why +
                        "; allowed is a directory that can be made, that is empty or that holds a "
                        "run");
}

/** Whether a path is taken by something that a run may not replace. */
bool IsTaken(const fs::path& path)
{
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path, error)))
    {
        return false;
    }
    if (!fs::is_directory(path, error))
    {
        return true;
    }
    return !fs::is_empty(path, error) && !fs::exists(path / "result.json", error);
}

} // namespace

RunDirectory::RunDirectory(const std::string& name)
{
    fs::path path = fs::path(name).lexically_normal();
    if (!path.has_filename())
    {
        path = path.parent_path(); // "out/"
    }
    m_name = path.string();
    if (m_name.empty() || m_name == "." || m_name == "/" || path.filename() == "..")
    {
        Fail(name, "a name that no new directory can take");
    }
    if (IsTaken(path))
    {
        Fail(m_name, "something else there");
    }
    std::error_code error;
    if (path.has_parent_path())
    {
        fs::create_directories(path.parent_path(), error);
        if (error)
        {
            Fail(m_name, error.message());
        }
    }
    std::string pattern = m_name + ".tmp-XXXXXX";
    std::vector<char> buffer(pattern.begin(), pattern.end());
    buffer.push_back('\0');
    if (!mkdtemp(buffer.data()))
    {
        Fail(m_name, std::strerror(errno));
    }
    m_temporary = buffer.data();
    // mkdtemp's are for the owner only; a run's are like any other directory
    fs::permissions(m_temporary,
                    fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                        fs::perms::others_read | fs::perms::others_exec,
                    error);
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
        Fail(m_name, "no way to write " + file);
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
        Fail(m_name, "no way to pack " + file);
    }
    Write(file, packed);
}

void RunDirectory::Commit()
{
    std::error_code error;
    if (IsTaken(m_name))
    {
        Fail(m_name, "something else there");
    }
    // a directory can only take the name of an empty one
    fs::path old = m_temporary + ".old";
    bool replaces = fs::exists(fs::path(m_name), error);
    if (replaces)
    {
        fs::rename(m_name, old, error);
    }
    if (!error)
    {
        fs::rename(m_temporary, m_name, error);
    }
    if (error)
    {
        Fail(m_name, error.message());
    }
    m_temporary.clear();
    if (replaces)
    {
        fs::remove_all(old, error);
    }
}

} // namespace ns3::roam
