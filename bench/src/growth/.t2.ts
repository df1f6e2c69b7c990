import { bytesOf, penAt, worksheet } from "../pipeline/class-bytes.ts";
import { RoomRig } from "../pipeline/room-rig.ts";
const size = Number(process.argv[2]), reps = 4;
const sheet = worksheet(); const all = bytesOf(sheet, 1000, 20);
const inputs = Array.from({length: 1000/size},(_, r)=>({pens: all.pens.slice(r*size,(r+1)*size).map(({notifications},i)=>({pen: penAt(i), notifications})), dots: 0}));
for (let i=0;i<reps;i++){ const rigs=inputs.map(()=>new RoomRig(sheet,size)); const b=process.cpuUsage(); const t0=performance.now();
 inputs.forEach((x,k)=>rigs[k]!.work(x)); const c=process.cpuUsage(b); console.log(size,(c.user/all.dots).toFixed(3),(c.system/all.dots).toFixed(3),((performance.now()-t0)*1000/all.dots).toFixed(3), rigs.reduce((s,r)=>s+r.events,0), rigs.reduce((s,r)=>s+r.answers,0)); }
