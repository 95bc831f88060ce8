/** Docker's own ranges: this machine reaches the cloud's from their network's gateway. */
export const FROM_HERE = ["172.16.0.0/12", "192.168.0.0/16"];
