/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_RUN_DIRECTORY_H
#define ROAM_RUN_DIRECTORY_H

#include <string>

namespace ns3::roam
{

/**
 * A directory that is there complete or not at all: files are written to a temporary one beside it,
 * which takes its name at the end. A directory that is there already is replaced if it holds
 * nothing but files that roam wrote and nobody has changed since (file-manifest.h). A symbolic link
 * to a directory stays; what it leads to is replaced.
 */
class RunDirectory
{
  public:
    /**
     * Makes the temporary directory.
     * \param name the directory's, as the user gave it
     * \param force replace a directory whatever it holds
     * \throws ScenarioError when that cannot be done, or when the name is taken
     */
    explicit RunDirectory(const std::string& name, bool force = false);

    /** Removes the temporary directory, if Commit() was not called. */
    ~RunDirectory();

    RunDirectory(const RunDirectory&) = delete;
    RunDirectory& operator=(const RunDirectory&) = delete;

    /** The path of a file of the run, to be written now. */
    std::string GetPath(const std::string& file) const;

    /** Writes a whole file. \throws ScenarioError */
    void Write(const std::string& file, const std::string& content) const;

    /** Writes a whole file through gzip, with nothing of the day or the machine in its header. */
    void WriteGzip(const std::string& file, const std::string& content) const;

    /** Gives the directory its name. \throws ScenarioError */
    void Commit();

  private:
    std::string m_name;      //!< as the user gave it
    std::string m_path;      //!< absolute, without symbolic links
    std::string m_temporary; //!< empty after Commit()
    bool m_force;
};

} // namespace ns3::roam

#endif
