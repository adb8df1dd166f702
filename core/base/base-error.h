/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ROAM_BASE_ERROR_H
#define ROAM_BASE_ERROR_H

/** What a call of the core can answer. Zero is success; every failure is negative. */
enum roam_error
{
    ROAM_OK = 0,
    ROAM_EINVAL = -1,     /**< an argument is out of its range */
    ROAM_ESTATE = -2,     /**< not possible in the present state */
    ROAM_ENOENT = -3,     /**< no such association, address or stream */
    ROAM_EEXIST = -4,     /**< is there already */
    ROAM_EAGAIN = -5,     /**< no room now; an event says when there is */
    ROAM_ENOMEM = -6,     /**< out of memory */
    ROAM_EMSGSIZE = -7,   /**< larger than can ever be sent, or than the buffer given */
    ROAM_EMALFORMED = -8, /**< bytes from the wire that no standard allows */
    ROAM_ECHECKSUM = -9,  /**< bytes from the wire whose checksum or MAC is wrong */
    ROAM_ENOTSUP = -10    /**< the peer has not offered what this needs */
};

#endif
